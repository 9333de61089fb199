import {
  type Change,
  type Fault,
  type PlannedAction,
  type ResourceId,
  withKeepAdvice,
} from "@holdfast/core";
import { costOf, type PlannedCost } from "./planned-cost.ts";
import { causeOf } from "../records/identity.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";

/** What planning makes of one resource, and what its dependents must know of it. */
export interface Outlook {
  /** `undefined` when it is in sync. */
  readonly action: PlannedAction | undefined;
  /** It will be changed before its dependents run. */
  readonly isPending: boolean;
  /** The root of what keeps dependents from running. */
  readonly blocks: ResourceId | undefined;
  /** Something that will be changed before it, directly or not. Only asked of what is not changed itself. */
  readonly before?: ResourceId | undefined;
  /** It was judged by what is still to be changed, so that it is applied only if it then differs. Default false. */
  readonly isOpen?: boolean;
}

const IN_SYNC: Outlook = { action: undefined, isPending: false, blocks: undefined };

/** Nothing is to be done. */
export function inSync(before: ResourceId | undefined): Outlook {
  return before === undefined ? IN_SYNC : { ...IN_SYNC, before };
}

interface PlannedWork {
  readonly verb: PlannedAction["verb"];
  readonly changes: readonly Change[];
  /** Default: it was not observed. */
  readonly observed?: unknown;
  readonly reason?: string | undefined;
}

/** Something will be done. */
export function acting(
  runtime: Runtime,
  record: ResourceRecord,
  { verb, changes, observed, reason }: PlannedWork,
): Outlook & { readonly action: PlannedAction } {
  const { declared } = record;
  const { cost, denial } =
    verb === "skip" ? NO_COST : costOf(runtime, record, { verb, changes, observed });
  const action: PlannedAction = {
    id: record.id,
    verb,
    ...(cost ?? NO_RISK),
    cause: verb === "refresh" ? "intent" : causeOf(runtime, { record, declared }, observed),
    changes,
    ...(declared.resource.removal === undefined ? {} : { isRemoval: true }),
    ...(reason === undefined ? {} : { reason }),
  };
  const outlook = { action, isPending: true, blocks: undefined };
  return denial === undefined ? outlook : refused(outlook, denial);
}

/** What is not done costs nothing. */
const NO_RISK = { risk: "benign" } as const;
const NO_COST: PlannedCost = { cost: undefined, denial: undefined };

/** It differs, and is only observed. */
export function observing(
  runtime: Runtime,
  record: ResourceRecord,
  work: Pick<PlannedWork, "changes" | "reason">,
): Outlook {
  const { action } = acting(runtime, record, { verb: "skip", ...work });
  return { action, isPending: false, blocks: undefined };
}

/** It waits for a condition, and what depends on it with it. */
export function waiting(runtime: Runtime, record: ResourceRecord, reason: string): Outlook {
  const { action } = acting(runtime, record, { verb: "skip", changes: [], reason });
  return { action, isPending: false, blocks: record.id };
}

/** Nothing can be done. */
export function skipped(
  runtime: Runtime,
  record: ResourceRecord,
  why: { readonly fault?: Fault; readonly blockedBy?: ResourceId },
): Outlook {
  const { fault, blockedBy } = why;
  const { action } = acting(runtime, record, { verb: "skip", changes: [] });
  const explained = {
    ...action,
    ...(blockedBy === undefined ? {} : { blockedBy, reason: "a dependency cannot be applied" }),
    ...(fault === undefined ? {} : { fault: fault.toJSON(), reason: fault.reason }),
  };
  return { action: explained, isPending: false, blocks: blockedBy ?? record.id };
}

/** What was to be done will be refused, so that its dependents do not run. */
export function refused(outlook: Outlook & { readonly action: PlannedAction }, fault: Fault) {
  const reason = join(outlook.action.reason, `will be refused: ${fault.reason}`);
  const { id, isRemoval } = outlook.action;
  const advised = isRemoval === true ? withKeepAdvice(fault, id) : fault;
  const action = { ...outlook.action, reason, fault: advised.toJSON() };
  return { action, isPending: false, blocks: action.id } satisfies Outlook;
}

/** The same with one more word on it. */
export function remarked(outlook: Outlook & { readonly action: PlannedAction }, remark: string) {
  return { ...outlook, action: { ...outlook.action, reason: join(outlook.action.reason, remark) } };
}

function join(before: string | undefined, more: string): string {
  return before === undefined ? more : `${before}; ${more}`;
}
