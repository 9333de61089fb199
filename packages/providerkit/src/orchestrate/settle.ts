import {
  Fault,
  type FaultData,
  isSameData,
  type Secret,
  throwIfAborted,
  toFault,
} from "@holdfast/core";
import { withoutDeletes } from "../provider/action.ts";
import { createPlan, type Plan } from "../provider/plan.ts";
import type { Result } from "../provider/result.ts";
import type { State, StateContent } from "../state/state.ts";
import { holdsToken } from "./publish.ts";
import type { ProviderOutcome, ProviderRun } from "./provider-run.ts";

/** The state is built of what is observed after the apply, never of what was there before it (P1). */
export async function settle(
  run: ProviderRun,
  given: {
    readonly config: unknown;
    readonly results: readonly Result[];
    readonly state: State | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Pick<ProviderOutcome, "status" | "fault">> {
  const { config, results, state, signal } = given;
  const failed = results.filter(({ status }) => status !== "ok");
  const bad = failed.length === results.length ? "failed" : "partial";
  let live: unknown;
  try {
    live = await fetchLive(run, config, signal);
  } catch (error) {
    throwIfAborted(signal);
    // What was done is reported, and what there is now is not remembered: nobody has seen it.
    return { status: bad, fault: toFault(error).toJSON() };
  }
  const content = run.provider.buildState(config, live, state);
  const after = planOf(run, { config, live, state: assumedState(run, content, state) });
  const isSynced = failed.length === 0 && observedStatus(after) === "synced";
  await remember(run, { content, isSynced, state, isRefresh: true, signal });
  if (failed.length > 0) {
    const [first] = failed;
    return { status: bad, ...(first?.error === undefined ? {} : { fault: first.error }) };
  }
  if (after.summary.hasChanges) return { status: "drifted", fault: notConverged(after) };
  return { status: after.summary.unknown > 0 ? "partial" : "applied" };
}

/** Writes the state. A pass that changes nothing writes nothing. */
export async function remember(
  run: ProviderRun,
  given: {
    readonly content: StateContent;
    readonly isSynced: boolean;
    readonly state: State | undefined;
    readonly isRefresh: boolean;
    readonly signal: AbortSignal;
  },
): Promise<undefined> {
  const { content, isSynced, state, isRefresh, signal } = given;
  refuseToken(content, run.token);
  if (!isRefresh && state !== undefined && isRemembered(content, isSynced, state)) return;
  const { type } = run.entry;
  await run.store.write(type, { ...content, isSynced }, { base: state, signal });
}

/** What is live. A system that does not answer is never empty (P5). */
export async function fetchLive(
  run: ProviderRun,
  config: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const live = await run.provider.fetchLive(config, signal);
  if (live.type === "present") return live.value;
  const why = live.type === "absent" ? "there is no such system" : live.fault.message;
  throw new Fault({
    reason: "ProviderUnreachable",
    message: `nothing is known of ${run.entry.type}: ${why}`,
    resolution: live.type === "absent" ? "Set the system up first." : live.fault.resolution,
    ...(live.type === "unknown" ? { cause: live.fault } : {}),
  });
}

/** The plan of one provider, without deletes where these are off. */
export function planOf(
  { provider, entry, configPath, clock, hash }: ProviderRun,
  given: { readonly config: unknown; readonly live: unknown; readonly state: State | undefined },
): Plan {
  const { state } = given;
  const content = provider.computePlan(given.config, given.live, state);
  const actions = entry.prune
    ? content.actions
    : withoutDeletes(content.actions, "prune is false, so nothing is deleted");
  const about = { type: entry.type, configPath, state, nowMs: clock.wallMs(), hash };
  return createPlan({ ...content, actions }, about);
}

/** What a plan says of what was observed. */
export function observedStatus({ summary }: Plan): "synced" | "drifted" | "partial" {
  if (summary.hasChanges) return "drifted";
  return summary.unknown > 0 ? "partial" : "synced";
}

/** The state as it will be, to plan with before it is written. */
function assumedState(run: ProviderRun, content: StateContent, state: State | undefined): State {
  const now = new Date(run.clock.wallMs()).toISOString();
  return {
    version: 1,
    lineage: state?.lineage ?? "",
    serial: state?.serial ?? 0,
    type: run.entry.type,
    generatedAt: now,
    isSynced: false,
    resources: content.resources.map((each) => ({ lastRefreshed: now, ...each })),
    metadata: content.metadata ?? {},
  };
}

function isRemembered(content: StateContent, isSynced: boolean, state: State): boolean {
  const resources = state.resources.map(({ lastRefreshed: _, ...rest }) => rest);
  const next = content.resources.map(({ lastRefreshed: _, ...rest }) => rest);
  return (
    isSynced === state.isSynced &&
    isSameData(resources, next) &&
    isSameData(state.metadata, content.metadata ?? {})
  );
}

function notConverged({ type, actions }: Plan): FaultData {
  const names = actions.filter(({ verb }) => verb !== "skip").map(({ address }) => address);
  return new Fault({
    reason: "NotConverged",
    message: `${type} still differs after it was applied: ${names.slice(0, 3).join(", ")}`,
    resolution: "Plan again; if it stays so, somebody changes it, or a field needs a normalize.",
  }).toJSON();
}

function refuseToken(content: StateContent, token: Secret | undefined): void {
  if (!holdsToken(content, token)) return;
  throw new Fault({
    reason: "SecretExposed",
    message: "the provider would write its token into the state",
    resolution: "Mark the field as isSecret, or leave it out.",
  });
}
