import type { Attribution } from "./attribution.ts";

/** A change that another process made. */
export interface AttributionQuestion {
  /** Absolute, inside the host's root: what may have been changed. */
  readonly paths: readonly string[];
  /** When it was seen, monotonic milliseconds. */
  readonly seenAtMs: number;
  /** It was made at most this long before it was seen, as far as the asker knows. */
  readonly withinMs: number;
}

/** Finds out who changes things on a host. It reads, and never holds a change or a repair up. */
export interface Attributor {
  /**
   * Finds the author of a change; best asked at once, since processes end. Takes up to some seconds.
   * @throws {Fault} Aborted, or what the signal was aborted with; nothing else.
   */
  whoChanged(question: AttributionQuestion, signal: AbortSignal): Promise<Attribution>;
}
