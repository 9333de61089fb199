import { nameOfProbe, toFault } from "@holdfast/core";
import { backoffDelayMs } from "../queue/backoff.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";
import type { HealthRecord, KeptCheck } from "./health-record.ts";

/**
 * What is not alive is refreshed: the refresh is owed in the ledger and done on the one path. Once for a run of
 * failures; after a refresh only a fresh run of them counts, and those that follow each other closely wait as retries
 * do. Never for a resource that is only observed, nor during a pause: then the next failure asks again.
 */
export async function answerLiveness(
  runtime: Runtime,
  {
    record,
    healthRecord,
    kept,
  }: {
    readonly record: ResourceRecord;
    readonly healthRecord: HealthRecord;
    readonly kept: KeptCheck;
  },
): Promise<void> {
  if (kept.timing.as !== "liveness" || kept.health.status !== "Unhealthy") return;
  if (kept.isAnswered || !mayRefresh(runtime, record) || isTooSoon(runtime, healthRecord)) return;
  for (const each of healthRecord.checks) each.isAnswered = true;
  healthRecord.refreshes += 1;
  healthRecord.refreshedAtMs = runtime.clock.monotonicMs();
  const { why = "" } = kept.health.lastFailure ?? {};
  try {
    await runtime.ledger.owe(record.id, runtime.killed);
    runtime.hint(record, "poll", `not alive: ${nameOfProbe(kept.check)}: ${why}`);
  } catch (error) {
    for (const each of healthRecord.checks) each.isAnswered = false;
    const { reason, message } = toFault(error);
    runtime.log.warn("a refresh could not be owed", { id: record.id, reason, message });
  }
}

function mayRefresh(runtime: Runtime, record: ResourceRecord): boolean {
  const { kind, resource } = record.declared;
  if (kind.refresh === undefined || resource.meta.noop === true) return false;
  if (!runtime.isServing() || runtime.isStopping() || runtime.isPaused()) return false;
  return record.status.type === "Ready" && !runtime.isDetectOnly(record);
}

/** The waits between refreshes grow like those between attempts (D6); after two caps in peace they begin anew. */
function isTooSoon({ clock, numbers, random }: Runtime, healthRecord: HealthRecord): boolean {
  const { retryBaseMs, retryCapMs, attempts } = numbers;
  const passedMs = clock.monotonicMs() - healthRecord.refreshedAtMs;
  if (passedMs > 2 * retryCapMs) healthRecord.refreshes = 0;
  if (healthRecord.refreshes === 0) return false;
  const backoff = { baseMs: retryBaseMs, capMs: retryCapMs, attempts };
  return passedMs < backoffDelayMs(healthRecord.refreshes, backoff, random);
}
