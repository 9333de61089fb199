import type { Provenance } from "../plan/action.ts";

/** Marks a resource that is not as somebody declared it, but as it was before a change. */
export interface Revert {
  /** The change that is undone. */
  readonly op: string;
  /** What it is then: ours or found; `nothing`, where nothing was there before. */
  readonly leaves: Provenance | "nothing";
}
