import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type AccountSystem,
  createAccounts,
  createAccountWriter,
  createNameService,
  openFiles,
  openPathWatches,
  openRemoteFiles,
  realAccountSystem,
  realClock,
  realFileCalls,
  type ToolRun,
} from "@holdfast/host";
import {
  type AccountSubject,
  HOMES,
  lawFiles,
  type OpenSubject,
  rootFiles,
} from "../account-laws/subject.ts";

/** Says that the machine that this runs on is thrown away afterwards. */
export const DISPOSABLE_MACHINE = "HOLDFAST_DISPOSABLE_MACHINE";

/** A hint of a real watch comes within this, also on a busy machine. */
const HINT_MS = 5_000;
const LOCK_TIMEOUT_MS = 60_000;
/** Takes the record lock of a file as lckpwdf(3) does, and says so. */
const TAKE_RECORD_LOCK = `
  import fs from "node:fs";
  import koffi from "koffi";
  const lock = Buffer.alloc(32);
  lock.writeInt16LE(1, 0);
  const file = fs.openSync(process.argv[1], "a+", 0o600);
  if (koffi.load(null).func("fcntl", "int", ["int", "int", "..."])(file, 6, "void *", lock) !== 0) process.exit(1);
  process.stdout.write("held");
  process.stdin.on("end", () => process.exit()).resume();
`;

/** The real tools in a root of their own, which goes away on disposal. Needs root. */
export const openRealAccountRoot: OpenSubject = async (options = {}) => {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-accounts-")));
  fs.chmodSync(root, 0o755);
  for (const [path, text] of Object.entries(rootFiles)) {
    put(root + path, text + (lawFiles[path] ?? ""));
  }
  fs.mkdirSync(root + HOMES, { recursive: true });
  return subjectOn(root, options, () => fs.rmSync(root, { recursive: true }));
};

/** The real tools on the machine that this runs on, whose files are put back on disposal. @throws {Error} unless it is disposable. */
export const openDisposableMachine: OpenSubject = async (options = {}) => {
  if (process.env[DISPOSABLE_MACHINE] !== "yes") throw new Error("this machine is not disposable");
  const restores = Object.keys(lawFiles).map(keepFile);
  for (const [path, text] of Object.entries(lawFiles)) replace(path, (read(path) ?? "") + text);
  fs.mkdirSync(HOMES, { recursive: true });
  return subjectOn("/", options, () => {
    for (const restore of restores) restore();
    fs.rmSync(HOMES, { recursive: true });
  });
};

function subjectOn(
  root: string,
  { lockTimeoutMs = LOCK_TIMEOUT_MS }: { readonly lockTimeoutMs?: number },
  clear: () => void,
): AccountSubject {
  const at = (path: string): string => (root === "/" ? path : root + path);
  const clock = realClock;
  const remote = openRemoteFiles({ clock });
  const files = openFiles({ calls: realFileCalls, root, clock, remote });
  const system = new RecordedSystem(realAccountSystem({ clock, root }), at);
  const accounts = createAccountWriter({
    clock,
    files,
    paths: openPathWatches({ clock, root }),
    accounts: createAccounts({ clock, root }),
    nameService: createNameService({ clock, root }),
    system,
    lockTimeoutMs,
  });
  return {
    accounts,
    read: (path) => read(at(path)),
    replace: (path, bytes) => replace(at(path), bytes),
    write: (path, bytes) => put(at(path), bytes),
    remove: (path) => fs.rmSync(at(path), { recursive: true, force: true }),
    makeDirectory(path, uid) {
      fs.mkdirSync(at(path));
      fs.chownSync(at(path), uid, uid);
    },
    ownerOf: (path) => fs.lstatSync(at(path), { throwIfNoEntry: false })?.uid,
    runs: () => system.runs.map(({ tool, args }) => [tool, ...args]),
    onRun(callback) {
      system.onRun = callback;
    },
    killNextTool(afterFiles) {
      system.killAfter = afterFiles;
    },
    startProcess: (uid) =>
      startProcess("setpriv", [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "cat"]),
    async holdRecordLock() {
      const script = ["--input-type=module", "-e", TAKE_RECORD_LOCK, at("/etc/.pwd.lock")];
      const holder = await startProcess(process.execPath, script);
      await holder.speaks;
      return holder;
    },
    finish: (work) => work,
    sleep: (delayMs) => pause(delayMs),
    until,
    async [Symbol.asyncDispose]() {
      await files[Symbol.asyncDispose]();
      await remote[Symbol.asyncDispose]();
      clear();
    },
  };
}

/** The real tools, written down, and cut off in the middle when that is asked for. */
class RecordedSystem implements AccountSystem {
  readonly runs: ToolRun[] = [];
  onRun = (): void => {};
  killAfter: number | undefined;
  readonly #system: AccountSystem;
  readonly #at: (path: string) => string;

  constructor(system: AccountSystem, at: (path: string) => string) {
    this.#system = system;
    this.#at = at;
  }

  async run(run: ToolRun): Promise<Awaited<ReturnType<AccountSystem["run"]>>> {
    this.runs.push(run);
    this.onRun();
    const kept = this.killAfter;
    this.killAfter = undefined;
    if (kept === undefined) return this.#system.run(run);
    // The tools replace their files one after the other, so that a kill is to have the later ones as they were.
    const paths = Object.keys(lawFiles).map(this.#at);
    const before = paths.map((path) => [path, read(path) ?? ""] as const);
    const result = await this.#system.run(run);
    const replaced = before.filter(([path, text]) => read(path) !== text);
    for (const [path, text] of replaced.slice(kept)) replace(path, text);
    if (result.exitCode !== 0 || replaced.length < kept) return result;
    put(this.#at("/etc/passwd.lock"), String(spawnSync("true").pid));
    return { ...result, exitCode: undefined, signalName: "SIGKILL" };
  }

  processName(pid: number): string | undefined {
    return this.#system.processName(pid);
  }

  recordLockOwner(path: string): Promise<number | undefined> {
    return this.#system.recordLockOwner(path);
  }
}

interface RunningProcess extends AsyncDisposable {
  readonly pid: number;
  /** Resolves at its first output. */
  readonly speaks: Promise<unknown>;
}

/** A process that ends with its standard input, so that none is left behind. */
async function startProcess(program: string, args: readonly string[]): Promise<RunningProcess> {
  const child = spawn(program, args, {
    cwd: import.meta.dirname,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const speaks = new Promise((resolve) => child.stdout.once("data", resolve));
  await new Promise((resolve) => child.once("spawn", resolve));
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} has not started`);
  return { pid, speaks, [Symbol.asyncDispose]: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  await ended;
}

async function until(isSo: () => boolean): Promise<boolean> {
  const endMs = realClock.monotonicMs() + HINT_MS;
  while (!isSo()) {
    if (realClock.monotonicMs() > endMs) return false;
    await pause(1);
  }
  return true;
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => realClock.schedule(delayMs, resolve));
}

function read(path: string): string | undefined {
  return fs.existsSync(path) ? fs.readFileSync(path, "latin1") : undefined;
}

/** The returned function puts a file back as it is now, whatever has become of it. */
function keepFile(path: string): () => void {
  const bytes = fs.readFileSync(path);
  const { mode, uid, gid } = fs.statSync(path);
  return () => {
    fs.rmSync(path, { recursive: true, force: true });
    fs.writeFileSync(path, bytes, { mode: 0o600 });
    fs.chownSync(path, uid, gid);
    fs.chmodSync(path, mode);
  };
}

function put(path: string, bytes: string): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, bytes, "latin1");
}

function replace(path: string, bytes: string): void {
  const { mode, uid, gid } = fs.statSync(path);
  fs.writeFileSync(`${path}.law`, bytes, "latin1");
  fs.chownSync(`${path}.law`, uid, gid);
  fs.chmodSync(`${path}.law`, mode);
  fs.renameSync(`${path}.law`, path);
}
