import { type Intent, type Ledger, type ResourceId, toFault } from "@holdfast/core";
import type { Runtime } from "../runtime.ts";
import { bounded } from "../deadline/bounded.ts";
import type { ResourceStore } from "../records/resource-store.ts";
import type { ResourceRecord } from "../records/resource-record.ts";

/**
 * Gives the ledger's open intents, which were in flight when the agent was last killed, to the resources they belong
 * to. Returns those that belong to none any more.
 */
export function adoptOpenIntents(ledger: Ledger, store: ResourceStore): readonly Intent[] {
  const byResource = Map.groupBy(ledger.inFlight(), ({ id }) => store.find(id));
  for (const [record, staleIntents] of byResource) {
    if (record === undefined) continue;
    record.staleIntents = staleIntents;
    record.unsettled = staleIntents.findLast(
      ({ verb }) => verb !== "refresh" && verb !== "run",
    )?.attempt;
  }
  return byResource.get(undefined) ?? [];
}

/**
 * Clears what cut-off attempts left behind, before the resource is observed. Their intents stay open until the next
 * outcome: they may have taken effect. What cannot be cleared now is tried again at the next run: it is litter, not a
 * reason to leave the resource alone.
 * @throws {Fault} ResourceTimeout, when clearing hangs.
 */
export async function clearStaleTemporaries(
  runtime: Runtime,
  record: ResourceRecord,
): Promise<void> {
  const { staleIntents } = record;
  if (staleIntents.length === 0 || runtime.isDetectOnly(record)) return;
  record.staleIntents = [];
  try {
    const run = (signal: () => AbortSignal): Promise<void> =>
      discard(runtime, staleIntents, signal());
    await bounded(runtime, { record, verb: "clearing up", run });
  } catch (error) {
    // Hanging work may still write: no observation may ignore it.
    if (record.isStuck) throw error;
    record.staleIntents = staleIntents;
    warn(runtime, record.id, error);
  }
}

/**
 * Clears what was left by attempts on resources that are no longer declared. Nothing waits for it but the end of the
 * engine, and that not for ever; what cannot be cleared is tried again at the next start.
 */
export async function clearOrphanedIntents(
  runtime: Runtime,
  intents: readonly Intent[],
): Promise<void> {
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
