import type { Collected } from "./candidate.ts";
import type { Evidence } from "./evidence/evidence.ts";

/**
 * Finds what somebody may have chosen of one sort. It only lists names, and gives the evidence: what is there is read and
 * written down by the kinds.
 */
export interface Collector {
  /** For people: what it finds. */
  readonly title: string;
  /** The kinds of what it finds. */
  readonly kinds: readonly string[];
  /** @throws {Fault} when the evidence cannot be read; then nothing of its sort is exported. */
  collect(evidence: Evidence): Promise<Collected>;
}
