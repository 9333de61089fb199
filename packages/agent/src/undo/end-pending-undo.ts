import type { EngineRequest, LoadedDesired } from "../engine/prepare-engine.ts";

/** Ends what was begun to be undone, before anything else is done. What undoes is loaded only where something is. */
export async function endPendingUndo(
  request: EngineRequest,
  accepted: { readonly desired: LoadedDesired; readonly generation: number },
  signal: AbortSignal,
): Promise<void> {
  for (const [, { isPending }] of request.parts.ledger.allHolds()) {
    if (isPending !== true) continue;
    const { endUndo } = await import("./local-undo.ts");
    return await endUndo(request, accepted, signal);
  }
}
