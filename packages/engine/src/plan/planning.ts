import {
  actionDigest,
  type Change,
  type Fault,
  type PlannedAction,
  type Plan,
  planDigest,
  type ResourceId,
} from "@holdfast/core";
import { askConditions } from "../condition/ask-conditions.ts";
import { causeOf, isOver, specDigestOf, verbOf } from "../records/identity.ts";
import { refusalOf } from "../reconcile/gating.ts";
import type { Finding } from "../reconcile/observe.ts";
import { redactedAction } from "../secrets/redacted.ts";
import { observeAll } from "./observe-all.ts";
import { runtimeWithoutCommands } from "./without-commands.ts";
import { summarizePlan } from "./plan-summary.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
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

/** What is planned. */
export interface PlanOptions {
  /** Default: everything. */
  readonly ids?: ReadonlySet<ResourceId>;
  /** What cannot be observed without a command is unknown then. Default false. */
  readonly withoutCommands?: boolean;
}

/** So many resources are planned before others get a turn. */
const SLICE = 500;

/**
 * Compares resources and writes nothing. `all` is in topological order. What depends on something still to be
 * made is planned after it, not reported as an error (G7).
 */
export async function planAll(
  own: Runtime,
  all: readonly ResourceRecord[],
  { ids, withoutCommands = false }: PlanOptions,
  signal: AbortSignal,
): Promise<Plan> {
  const runtime = withoutCommands ? runtimeWithoutCommands(own) : own;
  const ordered = all.filter(
    (record) => (ids === undefined || ids.has(record.id)) && !isOver(runtime, record),
  );
  const unmet = await askConditions(runtime, ordered);
  const findings = await observeAll(
    runtime,
    ordered.filter((one) => !unmet.has(one)),
    signal,
  );
  const outlooks = new Map<ResourceRecord, Outlook>();
  const refreshedBy = new Map<ResourceId, ResourceId>();
  for (const record of ordered) {
    const closed = unmet.get(record);
    const finding = findings.get(record);
    const outlook = planOne(runtime, { record, finding, closed, outlooks, refreshedBy });
    outlooks.set(record, outlook);
    if (outlooks.size % SLICE === 0) await runtime.clock.yieldTurn();
    if (!outlook.isPending) continue;
    for (const target of record.declared.resource.meta.notify ?? [])
      refreshedBy.set(target, record.id);
  }
  const actions = [...outlooks.values()].flatMap(({ action }) =>
    action === undefined ? [] : [redactedAction(action, runtime.redaction)],
  );
  return {
    generation: runtime.generation(),
    digest: await digestOfActions(runtime, ordered, outlooks),
    actions,
    summary: summarizePlan(actions, ordered.length),
    warnings: [],
    diagnostics: [],
  };
}

interface PlanInput {
  readonly record: ResourceRecord;
  readonly finding: Finding | undefined;
  /** What its conditions lack, in words; then it was not observed. */
  readonly closed: string | undefined;
  readonly outlooks: ReadonlyMap<ResourceRecord, Outlook>;
  readonly refreshedBy: ReadonlyMap<ResourceId, ResourceId>;
}

function planOne(runtime: Runtime, input: PlanInput): Outlook {
  const { record, finding, closed, outlooks, refreshedBy } = input;
  const refusal = refusalOf(runtime, record);
  if (refusal !== undefined) return skipped(runtime, record, { fault: refusal });
  const before = record.dependencies.map((dependency) => outlooks.get(dependency));
  const root = before.find((outlook) => outlook?.blocks !== undefined)?.blocks;
  if (root !== undefined) return skipped(runtime, record, { blockedBy: root });
  const pending = record.dependencies.find((dependency) => outlooks.get(dependency)?.isPending);
  const after = pending === undefined ? undefined : `after ${pending.id}`;
  if (closed !== undefined) return planClosed(runtime, record, { closed, after });
  if (finding === undefined || finding.type === "unknown") {
    if (after !== undefined)
      return acting(runtime, record, { verb: "update", changes: [], reason: after });
    return skipped(runtime, record, finding === undefined ? {} : { fault: finding.fault });
  }
  const restraint =
    record.declared.resource.meta.noop === true ? "noop" : detectOnly(runtime, record);
  if (finding.changes.length === 0) {
    if (restraint !== undefined) return IN_SYNC;
    return planRefresh(runtime, record, refreshedBy.get(record.id));
  }
  if (restraint !== undefined) return observing(runtime, record, finding.changes, restraint);
  const verb = verbOf(record.declared, finding.observed);
  return acting(runtime, record, {
    verb,
    changes: finding.changes,
    ...(after ? { reason: after } : {}),
  });
}

/** What comes before it may open its condition (G7); else it waits, and what depends on it with it. */
function planClosed(
  runtime: Runtime,
  record: ResourceRecord,
  { closed, after }: { readonly closed: string; readonly after: string | undefined },
): Outlook {
  const reason = `waits for a condition: ${closed}`;
  if (after === undefined) return waiting(runtime, record, reason);
  return acting(runtime, record, { verb: "update", changes: [], reason: `${after}; ${reason}` });
}

function waiting(runtime: Runtime, record: ResourceRecord, reason: string): Outlook {
  const { action } = acting(runtime, record, { verb: "skip", changes: [], reason });
  return { action, isPending: false, blocks: record.id };
}

function planRefresh(
  runtime: Runtime,
  record: ResourceRecord,
  by: ResourceId | undefined,
): Outlook {
  const isOwed = record.declared.kind.refresh !== undefined && runtime.ledger.owed(record.id);
  if (by === undefined && !isOwed) return IN_SYNC;
  const reason = by === undefined ? "owed by an earlier change" : `notified by ${by}`;
  return acting(runtime, record, { verb: "refresh", changes: [], reason });
}

function detectOnly(runtime: Runtime, record: ResourceRecord): string | undefined {
  return runtime.isDetectOnly(record) ? "detect only" : undefined;
}

interface PlannedWork {
  readonly verb: PlannedAction["verb"];
  readonly changes: readonly Change[];
  readonly reason?: string;
}

function acting(
  runtime: Runtime,
  record: ResourceRecord,
  { verb, changes, reason }: PlannedWork,
): Outlook {
  const isRemoval = record.declared.resource.removal !== undefined;
  const action: PlannedAction = {
    id: record.id,
    verb,
    risk: "unclassified",
    cause: causeOf(runtime, { record, declared: record.declared }),
    changes,
    ...(isRemoval ? { isRemoval } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
  return { action, isPending: true, blocks: undefined };
}

function observing(
  runtime: Runtime,
  record: ResourceRecord,
  changes: readonly Change[],
  reason: string,
): Outlook {
  const { action } = acting(runtime, record, { verb: "skip", changes, reason });
  return { action, isPending: false, blocks: undefined };
}

function skipped(
  runtime: Runtime,
  record: ResourceRecord,
  why: { readonly fault?: Fault; readonly blockedBy?: ResourceId },
): Outlook {
  const { fault, blockedBy } = why;
  const { action } = acting(runtime, record, { verb: "skip", changes: [] });
  if (action === undefined) return { action, isPending: false, blocks: record.id };
  const explained = {
    ...action,
    ...(blockedBy === undefined ? {} : { blockedBy, reason: "a dependency cannot be applied" }),
    ...(fault === undefined ? {} : { fault: fault.toJSON(), reason: fault.reason }),
  };
  return { action: explained, isPending: false, blocks: blockedBy ?? record.id };
}

async function digestOfActions(
  runtime: Runtime,
  ordered: readonly ResourceRecord[],
  outlooks: ReadonlyMap<ResourceRecord, Outlook>,
): Promise<string> {
  const digests: string[] = [];
  for (const record of ordered) {
    const action = outlooks.get(record)?.action;
    if (action === undefined) continue;
    const { id, verb, changes } = action;
    const specDigest = specDigestOf(runtime, record.declared);
    const { agentId: agent } = runtime;
    digests.push(actionDigest({ agent, id, verb, specDigest, changes }, runtime.host.hash));
    if (digests.length % SLICE === 0) await runtime.clock.yieldTurn();
  }
  return planDigest(digests, runtime.host.hash);
}
