import { abortFault } from "../fault/fault.ts";
import type { Clock } from "../ports/clock.ts";

/**
 * Waits on a clock. For work that an abort makes fail; a part of a daemon that an abort ends in good order waits with the
 * kit's `sleep`, which does not reject.
 * @throws {Fault} what the signal was aborted with.
 */
export async function sleep(
  clock: Pick<Clock, "schedule">,
  delayMs: number,
  signal: AbortSignal,
): Promise<undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  if (signal.aborted) throw abortFault(signal);
  const onAbort = (): void => reject(abortFault(signal));
  const cancel = clock.schedule(delayMs, () => resolve(undefined));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await promise;
  } finally {
    cancel();
    signal.removeEventListener("abort", onAbort);
  }
}
