import {
  type Clock,
  Fault,
  type FileReader,
  type Log,
  throwIfAborted,
  sleep,
} from "@holdfast/core";
import { type AccountLock, describeLock, observeLocks } from "./account-locks.ts";
import type { AccountSystem, ToolRun } from "./account-system.ts";
import { isUnwritten, toolFault } from "./tool-faults.ts";

/** Between two observations of a lock that somebody holds. */
const POLL_MS = 100;
/** Runs of a program that could not write and saw no lock: the lock may have gone between. */
const MOST_RUNS = 3;

/** What running the tools needs. */
export interface ToolRunnerOptions {
  readonly system: AccountSystem;
  readonly files: FileReader;
  readonly clock: Clock;
  readonly log: Log;
  /** How long the locks of others are waited for. */
  readonly lockTimeoutMs: number;
}

/**
 * Runs one of the tools for an account, when nobody holds the locks of the files.
 * @throws {Fault} AccountsLocked, what the exit code means, Aborted (before the tool began, never in the middle of it).
 */
export type RunTool = (run: ToolRun, subject: string, signal: AbortSignal) => Promise<void>;

/** The one place where the tools are run. */
export function createToolRunner(options: ToolRunnerOptions): RunTool {
  const { system, clock, lockTimeoutMs } = options;
  return async (run, subject, signal) => {
    const deadlineMs = clock.monotonicMs() + lockTimeoutMs;
    for (let runs = 1; ; ) {
      await waitForLocks(options, deadlineMs, signal);
      const result = await system.run(run);
      if (result.exitCode === 0) return;
      if (!isUnwritten(run, result)) throw toolFault(run, result, subject);
      const { held } = await observeLocks(options, signal);
      if (held === undefined && runs >= MOST_RUNS) throw toolFault(run, result, subject);
      if (held === undefined) runs += 1;
      await sleep(clock, POLL_MS, signal);
    }
  };
}

async function waitForLocks(
  options: ToolRunnerOptions,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, system } = options;
  for (let isFirst = true; ; isFirst = false) {
    throwIfAborted(signal);
    const { held, stale } = await observeLocks(options, signal);
    if (isFirst) {
      for (const { path, pid } of stale) {
        log.warn("a killed program left a lock of the account files", { path, pid: pid ?? null });
      }
    }
    if (held === undefined) return;
    if (clock.monotonicMs() >= deadlineMs) throw lockedFault(held, options);
    if (isFirst) log.info(`waiting: ${describeLock(held, system)}`);
    await sleep(clock, POLL_MS, signal);
  }
}

function lockedFault(lock: AccountLock, { system, lockTimeoutMs }: ToolRunnerOptions): Fault {
  const resolution =
    lock.pid === undefined
      ? `Remove ${lock.path} when no program works on the account files.`
      : `Wait for the process, or find out what keeps it (ps ${lock.pid}).`;
  return new Fault({
    reason: "AccountsLocked",
    message: `the account files were not free within ${lockTimeoutMs} ms: ${describeLock(lock, system)}`,
    resolution,
  });
}
