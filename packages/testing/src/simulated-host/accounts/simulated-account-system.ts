import type { Clock, CommandResult } from "@holdfast/core";
import { type AccountSystem, passwordLine, type ToolRun } from "@holdfast/host";
import type { SimulatedKernel } from "../kernel/kernel.ts";
import { type AccountDraft, type DraftFile, openDraft } from "./account-draft.ts";
import { groupAdd, groupDelete, groupModify } from "./group-tools.ts";
import { changeAging, changeMembers, changePasswords } from "./password-tools.ts";
import { ToolEnding } from "./tool-ending.ts";
import { userAdd, userDelete, userModify, type UserToolMachine } from "./user-tools.ts";

/** In the order in which the tools replace them. */
const FILES = ["passwd", "shadow", "group", "gshadow", "subuid", "subgid"] as const;
const DAY_MS = 86_400_000;
/** Of tools that were killed: no process has it. */
const DEAD_PID = 4_000_000;

/** The shadow tools on a simulated machine, and what can happen to them. */
export interface SimulatedAccountSystem extends AccountSystem {
  /** What was run so far, in order. */
  readonly runs: readonly ToolRun[];
  /** Running processes by pid. */
  readonly processes: Map<number, { readonly name: string; readonly uid: number }>;
  /** Who holds the record lock of /etc/.pwd.lock. */
  recordLockPid: number | undefined;
  /** Called when a tool is about to run. */
  onRun: () => void;
  /** The next tool is killed when it has replaced so many files. */
  killAfter: number | undefined;
}

/** What the tools work on. */
export interface SimulatedAccountSystemOptions {
  readonly kernel: SimulatedKernel;
  readonly root: string;
  readonly clock: Clock;
}

/** The tools as they behave on the files of a simulated disk: order of writes, exit codes, locks. */
export function simulatedAccountSystem(
  options: SimulatedAccountSystemOptions,
): SimulatedAccountSystem {
  const runs: ToolRun[] = [];
  const system: SimulatedAccountSystem = {
    runs,
    processes: new Map(),
    recordLockPid: undefined,
    onRun: () => {},
    killAfter: undefined,
    async run(run) {
      runs.push(run);
      system.onRun();
      return runTool(run, system, options);
    },
    processName: (pid) => system.processes.get(pid)?.name,
    recordLockOwner: async () => system.recordLockPid,
  };
  return system;
}

function runTool(
  run: ToolRun,
  system: SimulatedAccountSystem,
  options: SimulatedAccountSystemOptions,
): CommandResult {
  const { kernel, root, clock } = options;
  const draft = openDraft(kernel, root);
  const afterwards: (() => void)[] = [];
  const machine: UserToolMachine = {
    draft,
    today: Math.floor(clock.wallMs() / DAY_MS),
    processOf: (uid) => [...system.processes].find(([, each]) => each.uid === uid)?.[0],
    after: (work) => afterwards.push(work),
    homes: homesOf(kernel, root),
  };
  try {
    takeLock(system, options);
    perform({ ...run, args: run.args.map(bytesOf) }, machine);
    if (commit(draft, system) === "killed") {
      kernel.tamper.write(lockPath(root), String(DEAD_PID));
      return ending({ signalName: "SIGKILL" });
    }
    for (const work of afterwards) work();
    return ending({ exitCode: 0 });
  } catch (error) {
    if (error instanceof ToolEnding) {
      return ending({ exitCode: error.exitCode, stderr: `${run.tool}: ${error.message}\n` });
    }
    throw error;
  }
}

function perform({ tool, args, password }: ToolRun, machine: UserToolMachine): void {
  const { draft, today } = machine;
  if (!draft.passwd.exists) throw new ToolEnding(1, "cannot open /etc/passwd");
  switch (tool) {
    case "useradd":
      return userAdd(machine, args);
    case "usermod":
      return userModify(machine, args);
    case "userdel":
      return userDelete(machine, args);
    case "groupadd":
      return groupAdd(draft, args);
    case "groupmod":
      return groupModify(draft, args);
    case "groupdel":
      return groupDelete(draft, args);
    case "gpasswd":
      return changeMembers(draft, args);
    case "chage":
      return changeAging(draft, args);
    case "chpasswd":
      return changePasswords(
        draft,
        password === undefined ? "" : passwordLine(password),
        today,
        args,
      );
  }
}

/** Replaces the files that changed, in the order of the tools. */
function commit(draft: AccountDraft, system: SimulatedAccountSystem): "done" | "killed" {
  const files: readonly Pick<DraftFile<unknown>, "commit">[] = FILES.map((name) => draft[name]);
  const { killAfter } = system;
  system.killAfter = undefined;
  let replaced = 0;
  for (const file of files) {
    if (replaced === killAfter) return "killed";
    if (file.commit()) replaced += 1;
  }
  return "done";
}

/** The tools fail at once on the lock of a running process and on one that names none, and replace that of a process that ended. */
function takeLock(system: SimulatedAccountSystem, options: SimulatedAccountSystemOptions): void {
  const { kernel, root } = options;
  const text = kernel.inspect.text(lockPath(root));
  const pid = Number(text);
  const isHeld = text !== undefined && (text === "" || system.processes.has(pid));
  if (isHeld || system.recordLockPid !== undefined) {
    throw new ToolEnding(1, "cannot lock /etc/passwd; try again later.");
  }
  kernel.tamper.remove(lockPath(root));
}

function lockPath(root: string): string {
  return `${root === "/" ? "" : root}/etc/passwd.lock`;
}

function homesOf({ inspect, tamper }: SimulatedKernel, root: string): UserToolMachine["homes"] {
  const at = (path: string): string => (root === "/" ? path : root + path);
  const chown = (path: string, uid: number): void => {
    const stat = inspect.stat(path);
    if (stat === undefined) return;
    tamper.chown(path, uid, stat.gid);
    for (const name of inspect.list(path) ?? []) chown(`${path}/${name}`, uid);
  };
  return {
    exists: (path) => inspect.stat(at(path)) !== undefined,
    move: (from, to) => tamper.rename(at(from), at(to)),
    remove: (path) => tamper.remove(at(path)),
    chown: (path, uid) => chown(at(path), uid),
  };
}

/** What a program gets: the bytes of an argument, each as one character. */
function bytesOf(argument: string): string {
  return Buffer.from(argument).toString("latin1");
}

function ending(given: Partial<CommandResult>): CommandResult {
  return {
    exitCode: undefined,
    signalName: undefined,
    stdout: "",
    stderr: "",
    isTruncated: false,
    ...given,
  };
}
