import type { Fault, Truth, Watch } from "@holdfast/core";

/** The source of events for all leaves of one type. */
export interface LeafSource {
  /** Observes one now. Rejects only with Aborted. */
  observe(subject: string, signal: AbortSignal): Promise<Truth>;
  /**
   * Resolves when live; `hear` is then called when that subject should be observed again.
   * @throws {Fault} WatchFailed, when changes cannot be watched here.
   */
  watch(
    subjects: readonly string[],
    hear: (position: number, trigger: string) => void,
    signal: AbortSignal,
  ): Promise<Watch>;
}

/** A watch that ends only when it is disposed of, by what stops it. */
export function watchUntil(stop: () => void): Watch {
  const ended = Promise.withResolvers<Fault | undefined>();
  return {
    ended: ended.promise,
    async [Symbol.asyncDispose]() {
      stop();
      ended.resolve(undefined);
    },
  };
}
