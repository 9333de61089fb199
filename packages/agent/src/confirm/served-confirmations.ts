import type { EngineEvent } from "@holdfast/core";
import { Confirmations } from "./confirmations.ts";
import { askOnce, checkOf } from "./guarded-apply.ts";
import type { UndoingAgent } from "../undo/serving-undo.ts";
import { UNSTOPPED } from "../undo/unstopped.ts";

/** Watches over the changes of an agent that serves. */
export function servedConfirmations(
  agent: UndoingAgent & { readonly tell: (event: EngineEvent) => void },
): Confirmations {
  const { parts, tell } = agent;
  return new Confirmations({
    clock: parts.clock,
    ledger: parts.ledger,
    tell,
    checkOf: (id) => checkOf(agent.accepted().desired, id),
    ask: (check, signal) => askOnce(parts, check, signal),
    async putBack(id) {
      const { putBackServed } = await import("../undo/serving-undo.ts");
      await putBackServed(agent, id, UNSTOPPED);
    },
  });
}
