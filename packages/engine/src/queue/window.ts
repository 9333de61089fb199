/** What a coalescing window says to a hint. */
export type Admission =
  /** Run now; a new window opened. */
  | { readonly type: "now" }
  /** Run at the end of the window that is open; say so once. */
  | { readonly type: "at"; readonly atMs: number };

/**
 * Collapses bursts (D4): the first hint of a quiet resource runs at once, whatever comes during the window after it
 * makes one run at its end, and that run opens the next window. A constant stream therefore runs once per window.
 */
export class CoalescingWindow {
  #endsAtMs = Number.NEGATIVE_INFINITY;

  /** Asks for a run at `nowMs`. */
  admit(nowMs: number, windowMs: number): Admission {
    if (nowMs < this.#endsAtMs) return { type: "at", atMs: this.#endsAtMs };
    this.#endsAtMs = nowMs + windowMs;
    return { type: "now" };
  }
}
