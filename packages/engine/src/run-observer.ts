import type { ResourceId } from "@holdfast/core";

/** A part of a run that takes time. A `verify` has an `observe` and a `diff` in it. */
export type Stage = "observe" | "diff" | "apply" | "refresh" | "verify";

/** What a run came to, in words without values. */
export interface RunEnd {
  /** The type of its verdict, e.g. `inSync`, `changed`, `failed`, `blocked`, `backingOff`. */
  readonly verdict: string;
  /** The reason of its fault, or what it waits for; `undefined` where it has none. */
  readonly reason?: string;
}

/** Observes the runs of an engine while they go on. It must not throw and must not act. */
export interface RunObserver {
  /**
   * A stage of a resource begins; what is returned is called once, when it is over. Stages of one resource nest, those of
   * different resources go on side by side.
   */
  stage(id: ResourceId, stage: Stage): () => void;
  /** A run is over; one that was refused had no stage. */
  ended(id: ResourceId, end: RunEnd): void;
}
