import { type Clock, type PackageLockHolder, type PackageProgress, sleep } from "@holdfast/core";
import { locked } from "../package-faults.ts";
import type { PackageBackend } from "../package-backend.ts";

/** Between two checks whether a lock is free. */
const POLL_MS = 250;

/** What waiting for locks takes. */
export interface LockWait {
  readonly backend: Pick<PackageBackend, "lockHolder">;
  readonly clock: Clock;
  /** On the monotonic clock. */
  readonly deadlineMs: number;
  /** In all, for the message. */
  readonly waitMs: number;
  readonly progress: (progress: PackageProgress) => void;
}

/**
 * Waits until nobody holds a lock, and says who does: the tools have no deadline for most of their locks.
 * @throws {Fault} PackagesLocked, Aborted.
 */
export async function waitForLocks(wait: LockWait, signal: AbortSignal): Promise<void> {
  const { backend, clock, deadlineMs } = wait;
  let known: PackageLockHolder | undefined;
  for (;;) {
    const holder = await backend.lockHolder(signal);
    if (holder === undefined) return;
    if (holder.pid !== known?.pid || holder.path !== known?.path) {
      wait.progress({ type: "waiting", holder });
    }
    known = holder;
    const leftMs = deadlineMs - clock.monotonicMs();
    if (leftMs <= 0) throw locked(holder, wait.waitMs);
    await sleep(clock, Math.min(POLL_MS, leftMs), signal);
  }
}
