import { nameOfProbe, toFault } from "@holdfast/core";
import { backoffDelayMs } from "../queue/backoff.ts";
import type { Tracked } from "../reconcile/tracked.ts";
import type { Runtime } from "../runtime.ts";
import type { HealthRecord, KeptCheck } from "./health-record.ts";

/**
 * What is not alive is refreshed: the refresh is owed in the ledger and done on the one path. Once for a run of
 * failures; after a refresh only a fresh run of them counts, and those that follow each other closely wait as retries
 * do. Never for what is only looked at, nor during a pause: then the next failure asks again.
 */
export async function answerLiveness(
  runtime: Runtime,
  {
    tracked,
    record,
    kept,
  }: {
    readonly tracked: Tracked;
    readonly record: HealthRecord;
    readonly kept: KeptCheck;
  },
): Promise<void> {
  if (kept.timing.as !== "liveness" || kept.health.status !== "Unhealthy") return;
  if (kept.isAnswered || !mayRefresh(runtime, tracked) || isTooSoon(runtime, record)) return;
  for (const each of record.checks) each.isAnswered = true;
  record.refreshes += 1;
  record.refreshedAtMs = runtime.clock.monotonicMs();
  const { why = "" } = kept.health.lastFailure ?? {};
  try {
    await runtime.ledger.owe(tracked.id, runtime.killed);
    runtime.hint(tracked, "poll", `not alive: ${nameOfProbe(kept.check)}: ${why}`);
  } catch (error) {
    for (const each of record.checks) each.isAnswered = false;
    const { reason, message } = toFault(error);
    runtime.log.warn("a refresh could not be owed", { id: tracked.id, reason, message });
  }
}

function mayRefresh(runtime: Runtime, tracked: Tracked): boolean {
  const { kind, resource } = tracked.declared;
  if (kind.refresh === undefined || resource.meta.noop === true) return false;
  if (!runtime.isServing() || runtime.isStopping() || runtime.isPaused()) return false;
  return tracked.status.type === "Ready" && !runtime.isDetectOnly(tracked);
}

/** The waits between refreshes grow like those between attempts (D6); after two caps in peace they begin anew. */
function isTooSoon({ clock, numbers, random }: Runtime, record: HealthRecord): boolean {
  const { retryBaseMs, retryCapMs, attempts } = numbers;
  const passedMs = clock.monotonicMs() - record.refreshedAtMs;
  if (passedMs > 2 * retryCapMs) record.refreshes = 0;
  if (record.refreshes === 0) return false;
  const backoff = { baseMs: retryBaseMs, capMs: retryCapMs, attempts };
  return passedMs < backoffDelayMs(record.refreshes, backoff, random);
}
