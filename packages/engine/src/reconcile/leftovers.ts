import { type Intent, type Ledger, type ResourceId, toFault } from "@holdfast/core";
import type { Runtime } from "../runtime.ts";
import { bounded } from "./bounded.ts";
import type { Population } from "./population.ts";
import type { Tracked } from "./tracked.ts";

/**
 * Gives the ledger's open intents, which were in flight when the agent was last killed, to the resources they belong
 * to. Returns those that belong to none any more.
 */
export function adoptLeftovers(ledger: Ledger, population: Population): readonly Intent[] {
  const byResource = Map.groupBy(ledger.inFlight(), ({ id }) => population.find(id));
  for (const [tracked, leftovers] of byResource) {
    if (tracked === undefined) continue;
    tracked.leftovers = leftovers;
    tracked.unsettled = leftovers.findLast(({ verb }) => verb === "apply")?.attempt;
  }
  return byResource.get(undefined) ?? [];
}

/**
 * Clears what cut-off attempts left behind, before the resource is looked at. Their intents stay open until the next
 * outcome: they may have taken effect. What cannot be cleared now is tried again at the next look: it is litter, not a
 * reason to leave the resource alone.
 * @throws {Fault} ResourceTimeout, when clearing hangs.
 */
export async function clearLeftovers(runtime: Runtime, tracked: Tracked): Promise<void> {
  const { leftovers } = tracked;
  if (leftovers.length === 0 || runtime.isDetectOnly(tracked)) return;
  tracked.leftovers = [];
  try {
    const run = (signal: () => AbortSignal): Promise<void> => discard(runtime, leftovers, signal());
    await bounded(runtime, { tracked, verb: "clearing up", run });
  } catch (error) {
    // What hangs may still write: nobody may look past it.
    if (tracked.isStuck) throw error;
    tracked.leftovers = leftovers;
    warn(runtime, tracked.id, error);
  }
}

/**
 * Clears what was left by attempts on resources that nobody declares any more. Nothing waits for it but the end of the
 * engine, and that not for ever; what cannot be cleared is tried again at the next start.
 */
export async function clearStrangers(runtime: Runtime, intents: readonly Intent[]): Promise<void> {
  if (intents.length === 0 || runtime.mode === "detect") return;
  const late = Promise.withResolvers<void>();
  const cancel = runtime.clock.schedule(runtime.numbers.resourceTimeoutMs, late.resolve);
  await Promise.race([clearEach(runtime, intents), late.promise]);
  cancel();
}

async function clearEach(runtime: Runtime, intents: readonly Intent[]): Promise<void> {
  for (const [id, own] of Map.groupBy(intents, (intent) => intent.id)) {
    try {
      await discard(runtime, own, runtime.killed);
      await runtime.ledger.finish({ type: "failed", id, attempt: nameOf(own) }, runtime.killed);
    } catch (error) {
      warn(runtime, id, error);
    }
  }
}

async function discard(
  { host }: Runtime,
  intents: readonly Intent[],
  signal: AbortSignal,
): Promise<void> {
  for (const { attempt, temporaries = [] } of intents) {
    for (const place of temporaries) await host.files.discard({ ...place, attempt }, signal);
  }
}

/** The outcome of the last is that of all before it. */
function nameOf(intents: readonly Intent[]): string {
  return intents.at(-1)?.attempt ?? "";
}

function warn({ log }: Runtime, id: ResourceId, error: unknown): void {
  const { reason, message } = toFault(error);
  log.warn("what a cut-off attempt left could not be cleared", { id, reason, message });
}
