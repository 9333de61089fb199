import { realClock } from "@holdfast/host";

const READY_WITHIN_MS = 10_000;
const READY_POLL_MS = 1;

/** Waits until it is so, and blocks meanwhile. @throws {Error} when it never is. */
export function waitNow(isSo: () => boolean): void {
  const endMs = realClock.monotonicMs() + READY_WITHIN_MS;
  while (!isSo()) {
    if (realClock.monotonicMs() > endMs) throw new Error("no namespace got ready");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, READY_POLL_MS);
  }
}
