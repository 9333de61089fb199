/** Time, passed in so that a test can be its master. Durations are monotonic; the wall clock is for display. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970, as the machine believes; may jump. */
  wallMs(): number;
  /** Calls once after `delayMs` (0 or more). The returned function cancels it; cancelling twice is harmless. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/**
 * Waits on a clock. Resolves to whether the time passed: false as soon as the signal is aborted, which for a part of a
 * daemon is a good end and no failure.
 */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onAbort = (): void => {
      cancel();
      resolve(false);
    };
    const cancel = clock.schedule(delayMs, () => {
      signal.removeEventListener("abort", onAbort);
      resolve(true);
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** A time of the wall clock as it is shown, e.g. `2026-01-31T12:00:00.000Z`. */
export function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
}

/** A duration for people: `250ms`, `4.8s`, `2m30s`, `1h5m`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.round(durationMs)}ms`;
  // Rounded before it is judged, so that nothing reads `60s`.
  const tenths = Math.round(durationMs / 100);
  if (tenths < 600) return `${tenths / 10}s`;
  const seconds = Math.round(durationMs / 1_000);
  if (seconds < 3_600) return joinParts(Math.floor(seconds / 60), "m", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  return joinParts(Math.floor(minutes / 60), "h", minutes % 60, "m");
}

function joinParts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return `${large}${largeUnit}${small === 0 ? "" : `${small}${smallUnit}`}`;
}
