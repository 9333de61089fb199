import { abortFault, type Clock } from "@holdfast/core";

/**
 * Waits on a clock.
 * @throws {Fault} Aborted, or what the signal was aborted with.
 */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  if (signal.aborted) return Promise.reject(abortFault(signal));
  const onAbort = (): void => {
    cancel();
    reject(abortFault(signal));
  };
  const cancel = clock.schedule(delayMs, () => {
    signal.removeEventListener("abort", onAbort);
    resolve(undefined);
  });
  signal.addEventListener("abort", onAbort, { once: true });
  return promise;
}
