import { abortFault } from "@holdfast/core";
import type { Runtime } from "./runtime.ts";

/**
 * Waits on the engine's clock.
 * @throws {Fault} what the signal was aborted with.
 */
export function sleep(runtime: Runtime, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortFault(signal));
    const onAbort = (): void => {
      cancel();
      reject(abortFault(signal));
    };
    const cancel = runtime.clock.schedule(delayMs, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
