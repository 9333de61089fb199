import {
  actionDigest,
  type Change,
  type Fault,
  type PlannedAction,
  type Plan,
  planDigest,
  type ResourceId,
  type Verb,
} from "@holdfast/core";
import { askConditions } from "../condition/ask-conditions.ts";
import { causeOf, specDigestOf } from "../reconcile/identity.ts";
import type { Look } from "../reconcile/look.ts";
import { concealedAction } from "../concealed.ts";
import { lookAtAll } from "./look-at-all.ts";
import { summarizePlan } from "./plan-summary.ts";
import type { Tracked } from "../reconcile/tracked.ts";
import type { Runtime } from "../runtime.ts";

/** What planning makes of one resource, and what its dependents must know of it. */
interface Outlook {
  /** `undefined` when it is in sync. */
  readonly action: PlannedAction | undefined;
  /** It will be changed before its dependents run. */
  readonly isPending: boolean;
  /** The root of what keeps dependents from running. */
  readonly blocks: ResourceId | undefined;
}

const IN_SYNC: Outlook = { action: undefined, isPending: false, blocks: undefined };

/**
 * Compares everything and writes nothing. `ordered` is in topological order. What depends on something still to be
 * made is planned after it, not reported as an error (G7).
 */
export async function planAll(
  runtime: Runtime,
  ordered: readonly Tracked[],
  signal: AbortSignal,
): Promise<Plan> {
  const unmet = await askConditions(runtime, ordered);
  const looks = await lookAtAll(
    runtime,
    ordered.filter((one) => !unmet.has(one)),
    signal,
  );
  const outlooks = new Map<Tracked, Outlook>();
  const refreshedBy = new Map<ResourceId, ResourceId>();
  for (const tracked of ordered) {
    const closed = unmet.get(tracked);
    const look = looks.get(tracked);
    const outlook = planOne(runtime, { tracked, look, closed, outlooks, refreshedBy });
    outlooks.set(tracked, outlook);
    if (!outlook.isPending) continue;
    for (const target of tracked.declared.resource.meta.notify ?? [])
      refreshedBy.set(target, tracked.id);
  }
  const actions = [...outlooks.values()].flatMap(({ action }) =>
    action === undefined ? [] : [concealedAction(action, runtime.concealment)],
  );
  return {
    generation: runtime.generation(),
    digest: digestOfActions(runtime, ordered, outlooks),
    actions,
    summary: summarizePlan(actions, ordered.length),
    warnings: [],
    diagnostics: [],
  };
}

interface PlanInput {
  readonly tracked: Tracked;
  readonly look: Look | undefined;
  /** What its conditions lack, in words; then nobody has looked. */
  readonly closed: string | undefined;
  readonly outlooks: ReadonlyMap<Tracked, Outlook>;
  readonly refreshedBy: ReadonlyMap<ResourceId, ResourceId>;
}

function planOne(runtime: Runtime, input: PlanInput): Outlook {
  const { tracked, look, closed, outlooks, refreshedBy } = input;
  const refusal = runtime.refusalOf(tracked.declared.resource.kind);
  if (refusal !== undefined) return skipped(runtime, tracked, { fault: refusal });
  const before = tracked.dependencies.map((dependency) => outlooks.get(dependency));
  const root = before.find((outlook) => outlook?.blocks !== undefined)?.blocks;
  if (root !== undefined) return skipped(runtime, tracked, { blockedBy: root });
  const pending = tracked.dependencies.find((dependency) => outlooks.get(dependency)?.isPending);
  const after = pending === undefined ? undefined : `after ${pending.id}`;
  if (closed !== undefined) return planClosed(runtime, tracked, { closed, after });
  if (look === undefined || look.type === "unknown") {
    if (after !== undefined)
      return acting(runtime, tracked, { verb: "update", changes: [], reason: after });
    return skipped(runtime, tracked, look === undefined ? {} : { fault: look.fault });
  }
  const restraint =
    tracked.declared.resource.meta.noop === true ? "noop" : detectOnly(runtime, tracked);
  if (look.changes.length === 0) {
    if (restraint !== undefined) return IN_SYNC;
    return planRefresh(runtime, tracked, refreshedBy.get(tracked.id));
  }
  if (restraint !== undefined) return observing(runtime, tracked, look.changes, restraint);
  const verb = verbOf(tracked, look.observed);
  return acting(runtime, tracked, {
    verb,
    changes: look.changes,
    ...(after ? { reason: after } : {}),
  });
}

/** What comes before it may open its condition (G7); else it waits, and what depends on it with it. */
function planClosed(
  runtime: Runtime,
  tracked: Tracked,
  { closed, after }: { readonly closed: string; readonly after: string | undefined },
): Outlook {
  const reason = `waits for a condition: ${closed}`;
  if (after === undefined) return waiting(runtime, tracked, reason);
  return acting(runtime, tracked, { verb: "update", changes: [], reason: `${after}; ${reason}` });
}

function waiting(runtime: Runtime, tracked: Tracked, reason: string): Outlook {
  const { action } = acting(runtime, tracked, { verb: "skip", changes: [], reason });
  return { action, isPending: false, blocks: tracked.id };
}

function planRefresh(runtime: Runtime, tracked: Tracked, by: ResourceId | undefined): Outlook {
  const isOwed = tracked.declared.kind.refresh !== undefined && runtime.ledger.owed(tracked.id);
  if (by === undefined && !isOwed) return IN_SYNC;
  const reason = by === undefined ? "owed by an earlier change" : `notified by ${by}`;
  return acting(runtime, tracked, { verb: "refresh", changes: [], reason });
}

function verbOf(tracked: Tracked, observed: unknown): Verb {
  if (tracked.declared.kind.isAbsent?.(tracked.declared.resource.spec) === true) return "delete";
  return observed === undefined ? "create" : "update";
}

function detectOnly(runtime: Runtime, tracked: Tracked): string | undefined {
  return runtime.isDetectOnly(tracked) ? "detect only" : undefined;
}

interface Deed {
  readonly verb: Verb;
  readonly changes: readonly Change[];
  readonly reason?: string;
}

function acting(runtime: Runtime, tracked: Tracked, { verb, changes, reason }: Deed): Outlook {
  const action: PlannedAction = {
    id: tracked.id,
    action: verb,
    risk: "unclassified",
    cause: causeOf(runtime, { tracked, declared: tracked.declared }),
    changes,
    ...(reason === undefined ? {} : { reason }),
  };
  return { action, isPending: true, blocks: undefined };
}

function observing(
  runtime: Runtime,
  tracked: Tracked,
  changes: readonly Change[],
  reason: string,
): Outlook {
  const { action } = acting(runtime, tracked, { verb: "skip", changes, reason });
  return { action, isPending: false, blocks: undefined };
}

function skipped(
  runtime: Runtime,
  tracked: Tracked,
  why: { readonly fault?: Fault; readonly blockedBy?: ResourceId },
): Outlook {
  const { fault, blockedBy } = why;
  const { action } = acting(runtime, tracked, { verb: "skip", changes: [] });
  if (action === undefined) return { action, isPending: false, blocks: tracked.id };
  const explained = {
    ...action,
    ...(blockedBy === undefined ? {} : { blockedBy, reason: "a dependency cannot be applied" }),
    ...(fault === undefined ? {} : { fault: fault.toJSON(), reason: fault.reason }),
  };
  return { action: explained, isPending: false, blocks: blockedBy ?? tracked.id };
}

function digestOfActions(
  runtime: Runtime,
  ordered: readonly Tracked[],
  outlooks: ReadonlyMap<Tracked, Outlook>,
): string {
  const digests: string[] = [];
  for (const tracked of ordered) {
    const action = outlooks.get(tracked)?.action;
    if (action === undefined) continue;
    const { id, action: verb, changes } = action;
    const specDigest = specDigestOf(runtime, tracked.declared);
    const { agentId: agent } = runtime;
    digests.push(actionDigest({ agent, id, verb, specDigest, changes }, runtime.host.hash));
  }
  return planDigest(digests, runtime.host.hash);
}
