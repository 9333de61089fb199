import type { ByteText } from "./byte-text.ts";
import type { Disk } from "./disk.ts";
import { onRefusal } from "./errno.ts";
import type { Input, Output } from "./streams.ts";

/** Whose rules a program follows where they differ: a program of its own, or built into one of two shells. */
export type Dialect = "program" | "sh" | "bash";

/** One running program of the simulated machine. */
export interface Process {
  /** What its messages begin with: its name as it was called. */
  readonly label: ByteText;
  readonly dialect: Dialect;
  readonly disk: Disk;
  readonly environment: ReadonlyMap<string, ByteText>;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly budget: Budget;
}

/** What is left of the steps that a whole command may take. */
export interface Budget {
  steps: number;
}

/** A program with its arguments understood. Returns the exit code. */
export type Run = (process: Process) => number;

/** Where a program is looked for. */
export interface Surroundings {
  readonly disk: Disk;
  readonly environment: ReadonlyMap<string, ByteText>;
}

/**
 * How the program of a command is found, by default in the surroundings of who asks. Throws NotUnderstood, or
 * CannotStart.
 */
export type Prepare = (argv: readonly ByteText[], surroundings?: Surroundings) => Run;

/** A program: understands its arguments, or throws NotUnderstood before anything happens. */
export type Program = (args: readonly ByteText[], prepare: Prepare) => Run;

/** A program that is known but not where it is looked for, or may not be executed. */
export class CannotStart extends Error {
  readonly errno: "ENOENT" | "EACCES";

  constructor(errno: "ENOENT" | "EACCES") {
    super(`cannot start: ${errno}`);
    this.errno = errno;
  }
}

/** The command took more steps than it may. */
export class OutOfSteps extends Error {}

/** Takes one step. @throws OutOfSteps after the last. */
export function takeStep(budget: Budget): void {
  if (budget.steps <= 0) throw new OutOfSteps("out of steps");
  budget.steps -= 1;
}

/** Writes one message to stderr, as programs do. */
export function complain(process: Process, message: ByteText): void {
  process.stderr.write(`${process.label}: ${message}\n`);
}

/**
 * Runs a program to its end. A file that it writes to and that takes no more, as on a full disk, ends it as it ends
 * real ones: with a message and 1.
 */
export function runToEnd(run: Run, process: Process): number {
  return onRefusal(
    () => run(process),
    ({ message }) => {
      complain(process, `write error: ${message}`);
      return 1;
    },
  );
}
