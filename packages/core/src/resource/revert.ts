import type { Provenance } from "../plan/action.ts";
import type { Hold } from "../ports/kept/changes.ts";

/** Marks a resource that is not as somebody declared it, but as it was before a change. */
export interface Revert {
  /** The change that is undone. */
  readonly op: string;
  /** What it is then: ours or found; `nothing`, where nothing was there before. */
  readonly leaves: Provenance | "nothing";
  /** `reverted`: it may have cut off control, and nothing holds back that it is put back. */
  readonly why: Hold["why"];
  /** What was or is there may hold secrets: it is kept encrypted, and in records by a keyed digest. */
  readonly mayHoldSecrets?: true;
}
