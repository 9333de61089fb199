import { type Intent, type Ledger, toFault, type WriteContext } from "@holdfast/core";
import type { Runtime } from "../runtime.ts";
import { writeContext } from "./attempt.ts";
import { bounded } from "./bounded.ts";
import type { Population } from "./population.ts";
import type { Tracked } from "./tracked.ts";

/** What was in flight when the agent was last killed: by resource, and what belongs to none any more. */
export interface Leftovers {
  readonly intents: ReadonlyMap<Tracked, readonly Intent[]>;
  readonly strangers: readonly Intent[];
}

/** Sorts the ledger's open intents by the resources they belong to. */
export function sortLeftovers(ledger: Ledger, population: Population): Leftovers {
  const intents = new Map<Tracked, Intent[]>();
  const strangers: Intent[] = [];
  for (const intent of ledger.inFlight()) {
    const tracked = population.find(intent.id);
    if (tracked === undefined) strangers.push(intent);
    else if (intents.has(tracked)) intents.get(tracked)?.push(intent);
    else intents.set(tracked, [intent]);
  }
  return { intents, strangers };
}

/**
 * Clears what cut-off attempts left behind, before the resource is looked at, and closes them in the ledger. What
 * cannot be cleared now is tried again at the next start: it is litter, not a reason to leave the resource alone.
 * @throws {Fault} ResourceTimeout, when clearing hangs.
 */
export async function clearLeftovers(runtime: Runtime, tracked: Tracked): Promise<void> {
  const { leftovers, id } = tracked;
  const { kind, resource } = tracked.declared;
  if (leftovers.length === 0 || runtime.mode === "detect") return;
  tracked.leftovers = [];
  for (const { attempt } of leftovers) {
    try {
      await bounded(runtime, {
        tracked,
        verb: "recover",
        run: async (signal) => {
          const context: WriteContext = writeContext(runtime, { id, name: attempt }, signal());
          await kind.recover?.(resource.spec, attempt, context);
        },
      });
      await runtime.ledger.finish({ type: "failed", id, attempt }, runtime.killed);
    } catch (error) {
      // What hangs may still write: nobody may look past it.
      if (tracked.isStuck) throw error;
      const { reason, message } = toFault(error);
      runtime.log.warn("what a cut-off attempt left could not be cleared", { id, reason, message });
    }
  }
}
