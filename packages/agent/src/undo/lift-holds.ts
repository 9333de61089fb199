import { Fault, type Ledger, type Requester, type ResourceId } from "@holdfast/core";

/** What a person says may be done again after an undo. */
export interface HoldsToLift {
  readonly ids: readonly ResourceId[];
  /** For the records. Default: nobody knows. */
  readonly requester?: Requester;
}

/**
 * Takes holds away: what was undone may be done again.
 * @throws {Fault} NotFound, when one of them is not held; then nothing is changed.
 */
export async function liftHolds(
  ledger: Pick<Ledger, "hold" | "putHold">,
  ids: readonly ResourceId[],
  signal: AbortSignal,
): Promise<void> {
  const free = ids.find((id) => ledger.hold(id) === undefined);
  if (free !== undefined) {
    throw new Fault({
      reason: "NotFound",
      message: `${free} is not held`,
      resolution: "holdfast ledger lists what is.",
    });
  }
  for (const id of ids) await ledger.putHold(id, undefined, signal);
}
