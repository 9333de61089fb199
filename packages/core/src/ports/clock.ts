/**
 * Time, passed in so that one seed replays everything. Durations come from the monotonic clock; the wall clock is for
 * display only.
 */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970, as the machine believes; may jump. */
  wallMs(): number;
  /** Calls once after `delayMs` (0 or more). The returned function cancels it; cancelling twice is harmless. */
  schedule(delayMs: number, callback: () => void): () => void;
  /** Gives other work of the process a turn; resolves soon. */
  yieldTurn(): Promise<void>;
}
