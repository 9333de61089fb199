import { Fault, throwIfAborted, toFault } from "@holdfast/core";
import type { Executor } from "../provider/executor.ts";
import type { Plan } from "../provider/plan.ts";
import type { Result } from "../provider/result.ts";
import { clearedResult, publish, withoutToken } from "./publish.ts";
import type { ProviderOutcome, ProviderRun } from "./provider-run.ts";
import { fetchLive, observedStatus, planOf, remember, settle } from "./settle.ts";

/** Runs one provider. It rejects only when the signal is aborted: whatever else happens is in the outcome. */
export async function runProvider(run: ProviderRun, signal: AbortSignal): Promise<ProviderOutcome> {
  const { entry, clock } = run;
  const startMs = clock.monotonicMs();
  const warnings: string[] = [];
  try {
    return await runSteps(run, warnings, signal);
  } catch (error) {
    throwIfAborted(signal);
    const fault = withoutToken(toFault(error).toJSON(), run.token);
    publish(run, { event: "error", durationMs: clock.monotonicMs() - startMs, error: fault });
    const status = LEFT_OUT.has(fault.reason) ? "skipped" : "failed";
    return { type: entry.type, status, results: [], warnings, fault };
  }
}

/** Nothing is wrong with what is declared: it is left out of this run. */
const LEFT_OUT: ReadonlySet<string> = new Set(["ProviderUnreachable", "ProviderNotReady"]);

async function runSteps(
  run: ProviderRun,
  warnings: string[],
  signal: AbortSignal,
): Promise<ProviderOutcome> {
  const { provider, entry, store, clock, mode } = run;
  const startMs = clock.monotonicMs();
  publish(run, { event: "plan.start" });
  if (run.token !== undefined) provider.setToken?.(run.token.plainText());
  const reading = await store.read(entry.type);
  if (reading.type === "previous") warnings.push(`${reading.fault.message}; ${USES_PREVIOUS}`);
  const state = reading.type === "none" ? undefined : reading.state;
  const config = await provider.loadConfig(run.configPath, signal);
  const live = await fetchLive(run, config, signal);
  const plan = planOf(run, { config, live, state });
  warnings.push(...plan.warnings);
  const { summary } = plan;
  publish(run, {
    event: "plan.complete",
    durationMs: clock.monotonicMs() - startMs,
    summary,
  });
  if (state?.isSynced === true && summary.hasChanges) {
    publish(run, { event: "drift.detected", summary });
  }
  refuseOutdated(plan, run.retained);
  const outcome = { type: entry.type, plan, warnings };
  if (mode === "plan") return { ...outcome, status: observedStatus(plan), results: [] };
  if (mode === "refresh" || !summary.hasChanges) {
    const content = provider.buildState(config, live, state);
    const status = observedStatus(plan);
    const isSynced = status === "synced";
    await remember(run, { content, isSynced, state, isRefresh: mode === "refresh", signal });
    return { ...outcome, status, results: [] };
  }
  const results = await applyPlan(run, plan, signal);
  return { ...outcome, ...(await settle(run, { config, results, state, signal })), results };
}

const USES_PREVIOUS = "its previous copy is used";

function refuseOutdated({ base }: Plan, retained: Plan | undefined): void {
  if (retained === undefined) return;
  const { lineage, serial, digest } = retained.base;
  const differing = [
    lineage === base.lineage ? [] : ["the lineage of the state"],
    serial === base.serial ? [] : ["the serial of the state"],
    digest === base.digest ? [] : ["what would be done"],
  ].flat();
  if (differing.length === 0) return;
  throw new Fault({
    reason: "PlanOutdated",
    message: `the plan of ${retained.type} is outdated: ${differing.join(" and ")} changed`,
    resolution: "Plan again; what succeeded already is not in the new plan.",
  });
}

async function applyPlan(
  run: ProviderRun,
  plan: Plan,
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const { provider, clock, execute } = run;
  const startMs = clock.monotonicMs();
  publish(run, { event: "apply.start" });
  const published: Executor = async (action, work, within) => {
    const actionMs = clock.monotonicMs();
    const result = clearedResult(await execute(action, work, within), run.token);
    publish(run, { event: "apply.action", durationMs: clock.monotonicMs() - actionMs, result });
    return result;
  };
  const results = await provider.applyPlan(plan, published, signal);
  const count = (status: Result["status"]): number =>
    results.filter((each) => each.status === status).length;
  publish(run, {
    event: "apply.complete",
    durationMs: clock.monotonicMs() - startMs,
    ok: count("ok"),
    failed: count("failed") + count("unknown"),
    skipped: count("skipped"),
  });
  return results;
}
