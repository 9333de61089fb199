import type { Touched } from "../machine/disk.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import type { Process } from "../machine/process.ts";
import { Captured, Input, Watched } from "../machine/streams.ts";
import { type Scope, ShellExit, subshell } from "./scope.ts";
import type { Command } from "./syntax.ts";

/** Where a command runs. */
export interface Place {
  readonly scope: Scope;
  /** Its streams; the directory and the environment are the scope's. */
  readonly process: Process;
  /** Its exit code is tested, so `set -e` does not apply. */
  readonly isTested: boolean;
}

/** Runs one part of a pipeline. */
export type RunCommand = (command: Command, place: Place) => number;

/** One after the other, each in a subshell of its own: the same as at once, unless they meet on the disk. */
export function runPiped(
  commands: readonly Command[],
  place: Place,
  runCommand: RunCommand,
): number {
  const stages: Stage[] = [];
  let { stdin } = place.process;
  const statuses = commands.map((command, at) => {
    const touched = { read: new Set<string>(), changed: new Set<string>() };
    const isLast = at === commands.length - 1;
    const captured = new Captured();
    const scope = subshell(place.scope);
    scope.disk = scope.disk.recording(touched);
    const stdout = new Watched(isLast ? place.process.stdout : captured);
    const stderr = new Watched(place.process.stderr);
    const status = inSubshell(() =>
      runCommand(command, {
        ...place,
        scope,
        process: { ...place.process, stdin, stdout, stderr },
      }),
    );
    const next = new Input(captured.text());
    stages.push({ touched, stderr, last: isLast ? stdout : undefined, next });
    stdin = next;
    return status;
  });
  demandApart(stages, place.process);
  demandRead(stages, place.scope);
  const failed = place.scope.isPipefail ? statuses.findLast((status) => status !== 0) : undefined;
  return failed ?? statuses.at(-1) ?? 0;
}

interface Stage {
  readonly touched: Touched;
  readonly stderr: Watched;
  /** Stdout of the last. */
  readonly last: Watched | undefined;
  /** What it writes for the next. */
  readonly next: Input;
}

/** Who writes to a part that does not read all of it may be ended by that at any time, before what else it does. */
function demandRead(stages: readonly Stage[], { isPipefail }: Scope): void {
  for (const { next, touched, stderr } of stages) {
    if (next.isLeft && (isPipefail || stderr.hasText || touched.changed.size > 0))
      throw new NotUnderstood("a pipeline that ends before all of it is read");
  }
}

function demandApart(stages: readonly Stage[], { stdout, stderr }: Process): void {
  const complaining = stages.filter((stage) => stage.stderr.hasText).length;
  const isSame = stdout === stderr && stages.some(({ last }) => last?.hasText === true);
  if (stderr.isLoose !== true && complaining > (isSame ? 0 : 1))
    throw new NotUnderstood("a pipeline whose parts write to one place at once");
  for (const [
    at,
    {
      touched: { changed },
    },
  ] of stages.entries()) {
    for (const [
      other,
      {
        touched: { read },
      },
    ] of stages.entries()) {
      const isShared = [...changed].some((path) => path !== "/dev/null" && read.has(path));
      if (at !== other && isShared)
        throw new NotUnderstood("a pipeline that writes a file in one part and uses it in another");
    }
  }
}

/** The exit code of a subshell that may leave. */
export function inSubshell(run: () => number): number {
  try {
    return run();
  } catch (error) {
    if (error instanceof ShellExit) return error.exitCode;
    throw error;
  }
}
