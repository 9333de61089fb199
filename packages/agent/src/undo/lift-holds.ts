import { Fault, type Ledger, type ResourceId } from "@holdfast/core";

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
