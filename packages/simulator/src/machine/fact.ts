import type { EngineEvent, Graph, ResourceId } from "@holdfast/core";

/** What an engine asks of a kind. */
export type Verb = "observe" | "snapshot" | "apply" | "refresh";

/** One call of a kind, from its begin to its end. */
export interface Call {
  readonly verb: Verb;
  /** One, or the members of a snapshot or a batch. */
  readonly ids: readonly ResourceId[];
  /** The names of the attempts; empty for what only observes. Of a batch that of its first member. */
  readonly attempt: string | undefined;
}

/** Something that happened in a simulated world. Invariants are judged by these alone and by the state of the world. */
export type Fact =
  | { readonly type: "begins"; readonly call: Call }
  | { readonly type: "ends"; readonly call: Call; readonly error: unknown }
  | { readonly type: "event"; readonly event: EngineEvent }
  /** Somebody else changed what these resources are about. */
  | { readonly type: "outside"; readonly ids: readonly ResourceId[]; readonly isFromWatch: boolean }
  /** Somebody turned a gate; these are behind it. */
  | { readonly type: "gate"; readonly ids: readonly ResourceId[]; readonly isFromWatch: boolean }
  /** Something may go wrong from now on, with these if any are named. */
  | { readonly type: "trouble"; readonly ids: readonly ResourceId[] }
  /** Nothing is planned to go wrong any more. */
  | { readonly type: "relieved" }
  /** A person, or the loss of events, asks for an observation of these. */
  | { readonly type: "asked"; readonly ids: readonly ResourceId[] }
  /** An operator asks for a pause, or for its end. */
  | { readonly type: "pausing" }
  /** The pause that was asked for is on. */
  | { readonly type: "paused" }
  | { readonly type: "declared"; readonly graph: Graph; readonly generation: number }
  | { readonly type: "boots" }
  | { readonly type: "stopping" }
  | { readonly type: "dies"; readonly how: "stopped" | "killed" | "lost power" };
