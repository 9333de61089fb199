import type { PlannedAction, ResourceId } from "@holdfast/core";
import { verbOf } from "../records/identity.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
import { refusalOf } from "../reconcile/gating.ts";
import type { Finding } from "../reconcile/observe.ts";
import type { Runtime } from "../runtime.ts";
import { holdOf } from "../undo/hold.ts";
import type { Expected } from "./foresight/expected.ts";
import { acting, inSync, observing, type Outlook, skipped, waiting } from "./outlook.ts";

/** What is known of one resource that is to be planned. */
export interface PlanInput {
  readonly record: ResourceRecord;
  readonly finding: Finding | undefined;
  /** What its conditions lack, in words; then it was not observed. */
  readonly closed: string | undefined;
  readonly outlooks: ReadonlyMap<ResourceRecord, Outlook>;
  readonly refreshedBy: ReadonlyMap<ResourceId, ResourceId>;
  readonly expected: Expected;
}

/** Plans one resource, after all that it comes after. */
export function planOne(runtime: Runtime, input: PlanInput): Outlook {
  const { record, finding, closed, outlooks } = input;
  const refusal = refusalOf(runtime, record);
  if (refusal !== undefined) return skipped(runtime, record, { fault: refusal });
  const before = record.dependencies.map((dependency) => outlooks.get(dependency));
  const root = before.find((outlook) => outlook?.blocks !== undefined)?.blocks;
  if (root !== undefined) return skipped(runtime, record, { blockedBy: root });
  const pending = record.dependencies.find((dependency) => outlooks.get(dependency)?.isPending);
  const after = pending === undefined ? undefined : `after ${pending.id}`;
  if (closed !== undefined) return planClosed(runtime, record, { closed, after });
  const earlier = pending?.id ?? before.find((outlook) => outlook?.before !== undefined)?.before;
  const undoing = finding?.type === "seen" && finding.changes.length === 0 && undoingOf(input);
  if (undoing) return planUndone(runtime, record, { undoing, earlier });
  const judged = judgedBefore(input, earlier);
  if (judged !== undefined) return planOpen(runtime, input, { judged, earlier });
  if (finding === undefined || finding.type === "unknown") {
    if (after !== undefined) return planUnseen(runtime, record, unseenAfter(after, finding));
    return skipped(runtime, record, finding === undefined ? {} : { fault: finding.fault });
  }
  const { changes, observed } = finding;
  const restraint = restraintOf(runtime, record);
  if (changes.length === 0) return planInSync(runtime, input, earlier);
  if (restraint !== undefined) return observing(runtime, record, { changes, reason: restraint });
  const verb = verbOf(record.declared, finding.observed);
  return acting(runtime, record, { verb, changes, observed, reason: after });
}

/** What will be changed before it, and makes it differ then. */
function undoingOf({ record, outlooks }: PlanInput): ResourceId | undefined {
  const { kind, resource } = record.declared;
  if (kind.isUndoneBy === undefined) return undefined;
  const undoing = record.dependencies.find((dependency) => {
    const outlook = outlooks.get(dependency);
    if (outlook?.action === undefined || !outlook.isPending) return false;
    const { declared: other } = dependency;
    const owned = other.kind.owns?.(other.resource.spec) ?? [];
    const { changes } = outlook.action;
    return kind.isUndoneBy?.(resource.spec, { things: owned.map(({ thing }) => thing), changes });
  });
  return undoing?.id;
}

/** What the observation was judged by and is still to be changed; `undefined` when the observation stands. */
function judgedBefore(
  { record, expected }: PlanInput,
  earlier: ResourceId | undefined,
): ResourceId | undefined {
  if (earlier === undefined) return undefined;
  const { kind, resource } = record.declared;
  const by = kind.judgedBy?.(resource.spec) ?? [];
  if (by === "everything") return earlier;
  return by.map((thing) => expected.changedBy(thing)).find((id) => id !== undefined);
}

/** Whatever was observed is an answer about another machine than the one at its turn: it may be applied, or not. */
function planOpen(
  runtime: Runtime,
  { record, finding }: PlanInput,
  { judged, earlier }: { readonly judged: ResourceId; readonly earlier: ResourceId | undefined },
): Outlook {
  const changes = finding?.type === "seen" ? finding.changes : [];
  const restraint = restraintOf(runtime, record);
  if (restraint !== undefined && changes.length === 0) return inSync(earlier);
  if (restraint !== undefined) return observing(runtime, record, { changes, reason: restraint });
  const isDiffering = finding?.type === "seen" && changes.length > 0;
  const verb = isDiffering ? verbOf(record.declared, finding.observed) : "update";
  const may = record.declared.kind.runsCommands === true ? "may run" : "may change";
  const reason = `${may} after ${judged}`;
  return { ...acting(runtime, record, { verb, changes, reason }), isOpen: true };
}

/** It is as declared now, and will not be when its turn comes. */
function planUndone(
  runtime: Runtime,
  record: ResourceRecord,
  { undoing, earlier }: { readonly undoing: ResourceId; readonly earlier: ResourceId | undefined },
): Outlook {
  if (restraintOf(runtime, record) !== undefined) return inSync(earlier);
  return acting(runtime, record, { verb: "update", changes: [], reason: `after ${undoing}` });
}

/** It cannot be observed before what it comes after is made (G7). */
function planUnseen(runtime: Runtime, record: ResourceRecord, after: string): Outlook {
  return acting(runtime, record, { verb: "update", changes: [], reason: after });
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

function planInSync(
  runtime: Runtime,
  { record, refreshedBy }: PlanInput,
  earlier: ResourceId | undefined,
): Outlook {
  if (restraintOf(runtime, record) !== undefined) return inSync(earlier);
  const by = refreshedBy.get(record.id);
  const isOwed = record.declared.kind.refresh !== undefined && runtime.ledger.owed(record.id);
  if (by === undefined && !isOwed) return inSync(earlier);
  const reason = by === undefined ? "owed by an earlier change" : `notified by ${by}`;
  return acting(runtime, record, { verb: "refresh", changes: [], reason });
}

/** Why a resource is only observed. */
function restraintOf(
  runtime: Runtime,
  record: ResourceRecord,
): NonNullable<PlannedAction["reason"]> | undefined {
  if (record.declared.resource.meta.noop === true) return "noop";
  if (runtime.isDetectOnly(record)) return "detect only";
  return holdOf(runtime, { record, declared: record.declared });
}

/** What keeps it from being observed may be over by then, or not: a machine without systemd has no services then either. */
function unseenAfter(
  after: string,
  finding: Extract<Finding, { readonly type: "unknown" }> | undefined,
): string {
  return finding === undefined ? after : `${after}; not observed yet: ${finding.fault.message}`;
}
