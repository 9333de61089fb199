import type { PackageWriter } from "@holdfast/core";
import { realClock } from "@holdfast/host";

/** Work that has not ended after this never will. */
const LIMIT_MS = 60_000;
/** A hint of a real watch comes within this, also on a busy machine. */
const HINT_MS = 10_000;
/** Longer than hints are held together, or back. */
const SETTLE_MS = 500;

/** How a law about packages waits on a real machine. */
export const realWaits = {
  finish: <T>(work: Promise<T>): Promise<T> => within(work),
  until,
  settle: (): Promise<void> => pause(SETTLE_MS),
} as const;

/** What a law began, and did not wait for, ends before its files go. */
export async function quiet(packages: PackageWriter): Promise<void> {
  const endMs = realClock.monotonicMs() + LIMIT_MS;
  const { signal } = new AbortController();
  while ((await packages.lockHolder(signal)) !== undefined && realClock.monotonicMs() < endMs) {
    await pause(20);
  }
}

async function until(isSo: () => boolean): Promise<boolean> {
  const endMs = realClock.monotonicMs() + HINT_MS;
  while (!isSo()) {
    if (realClock.monotonicMs() > endMs) return false;
    await pause(5);
  }
  return true;
}

async function within<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = realClock.schedule(LIMIT_MS, () => late.reject(new Error("it did not end")));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    cancel();
  }
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => realClock.schedule(delayMs, resolve));
}
