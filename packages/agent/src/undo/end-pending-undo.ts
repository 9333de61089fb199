import type { EngineRequest, LoadedDesired } from "../engine/prepare-engine.ts";

/**
 * Ends what was begun to be undone, and puts back what nobody confirmed, before anything else is done. What undoes is loaded only
 * where something is.
 */
export async function endPendingUndo(
  request: EngineRequest,
  accepted: { readonly desired: LoadedDesired; readonly generation: number },
  signal: AbortSignal,
): Promise<void> {
  if (!isAnythingPending(request.parts.ledger)) return;
  const { endUndo } = await import("./end-undo.ts");
  await endUndo(request, accepted, signal);
}

/** Whether an undo was cut off, or something waits to be confirmed. */
export function isAnythingPending(ledger: EngineRequest["parts"]["ledger"]): boolean {
  for (const _ of ledger.unconfirmed()) return true;
  for (const [, { isPending }] of ledger.allHolds()) if (isPending === true) return true;
  return false;
}
