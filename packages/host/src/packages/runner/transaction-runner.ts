import type { PackageTransactionState } from "@holdfast/core";
import type { StepEnd } from "../package-backend.ts";

/** One call of a package tool that must not be cut off. */
export interface TransactionCommand {
  /** The program by its whole path, or on the PATH of the environment. */
  readonly argv: readonly [string, ...string[]];
  /** The whole environment of the child. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it reads. Default: nothing. */
  readonly input?: string;
  /** Names it: letters, digits, `.`, `_`, `-`. */
  readonly task: string;
}

/** Runs what goes on to its end, whatever becomes of this process, and finds it again. */
export interface TransactionRunner {
  /**
   * Starts the command, or finds it when it runs already, and waits for its end. The signal ends only the waiting.
   * @throws {Fault} CommandNotFound, HostFailed, Aborted, or what the signal was aborted with.
   */
  run(command: TransactionCommand, signal: AbortSignal): Promise<StepEnd>;
  /** What became of a task. */
  state(task: string, signal: AbortSignal): Promise<PackageTransactionState>;
}
