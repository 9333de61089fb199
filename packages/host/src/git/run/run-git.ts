import { join } from "node:path";
import { commandFault, type CommandResult, Fault } from "@holdfast/core";
import { checkoutEnvironment, gitEnvironment } from "./git-environment.ts";
import type { GitMachine, GitRun } from "./git-machine.ts";

const PROGRAM = "git";
/** Of work on the disk alone; what asks a remote has deadlines of its own. */
const LOCAL_MS = 300_000;

/** A path of the root as the machine has it. */
export function onMachine({ root }: Pick<GitMachine, "root">, path: string): string {
  return root === "/" ? path : join(root, path);
}

/**
 * Runs one git to its end, with an environment of its own and as the user whom the tree belongs to. Whatever its exit code,
 * that is an answer.
 * @throws {Fault} CommandNotFound, UnknownUser, NotPrivileged, CommandTimeout, HostFailed, Aborted.
 */
export function runGit(
  { commands }: Pick<GitMachine, "commands">,
  run: GitRun,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { args, directory, user, env = {}, settings, stdin, maxOutputBytes } = run;
  const request = {
    argv: [PROGRAM, ...args] as const,
    cwd: directory ?? "/",
    env: {
      ...gitEnvironment(settings),
      ...(directory === undefined ? {} : checkoutEnvironment(directory)),
      ...env,
    },
    timeoutMs: run.timeoutMs ?? LOCAL_MS,
    ...(user === undefined ? {} : { user }),
    ...(stdin === undefined ? {} : { stdin }),
    ...(maxOutputBytes === undefined ? {} : { maxOutputBytes }),
  };
  return run.isQuery === true ? commands.query(request, signal) : commands.run(request, signal);
}

/**
 * Likewise, for what must succeed.
 * @returns what it wrote, without the line's end.
 * @throws {Fault} CommandFailed besides.
 */
export async function mustRunGit(
  machine: Pick<GitMachine, "commands">,
  run: GitRun,
  signal: AbortSignal,
): Promise<string> {
  const result = await runGit(machine, run, signal);
  if (result.exitCode !== 0) throw gitFault(run, result);
  if (result.isTruncated && run.maxOutputBytes !== undefined) throw tooMuch(run);
  return result.stdout.replace(/\n$/, "");
}

/** An answer of which the beginning is lost says nothing. */
function tooMuch({ args, maxOutputBytes }: GitRun): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `git ${args[0] ?? ""} has more to say than the ${maxOutputBytes} bytes that are read`,
    resolution: "Keep this repository by other means.",
  });
}

/** The fault of a git that failed where no reason of its own is known. */
export function gitFault({ args }: GitRun, result: CommandResult): Fault {
  const verb = args.find((word) => !word.startsWith("-")) ?? "";
  const words = {
    reason: "CommandFailed",
    message: `git ${verb} failed`,
    resolution:
      "Correct what git complains about; what it worked on is as it was, or is finished by the next attempt.",
  } as const;
  return commandFault({ argv: [PROGRAM], faults: { other: words } }, result);
}
