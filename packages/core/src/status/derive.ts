import { wordsOfHealth } from "../health/judge-health.ts";
import { unreachable } from "../unreachable.ts";
import type { ResourceStatus, WaitReason } from "./status.ts";

/** Whether the observed state is the declared state, as far as it is known. */
export type Sync = "Synced" | "OutOfSync" | "Unknown";
/** Whether the thing itself is in order. */
export type Health = "Healthy" | "Degraded" | "Progressing" | "Missing" | "Suspended";
/** What the agent is doing about it. */
export type OperationPhase = "Idle" | "Syncing" | "Waiting";
/** The compliance that an auditor reads. `converging`: it differs, and the agent is repairing it. */
export type Compliance = "compliant" | "noncompliant" | "converging" | "unknown";

/** One thing that is true, false or not known of a resource. */
export interface Condition {
  readonly type: "Ready" | "Reconciling" | "Stalled";
  readonly status: "True" | "False" | "Unknown";
  /** A stable CamelCase word: a fault's reason where there is one. */
  readonly reason: string;
}

/** Everything that is derived from a status and never stored. */
export interface StatusView {
  readonly conditions: readonly Condition[];
  readonly sync: Sync;
  readonly health: Health;
  readonly operation: OperationPhase;
  readonly compliance: Compliance;
  /** One sentence for people, without a full stop. */
  readonly message: string;
}

/** The one table (design §8): what each status means in every view. */
export function viewOf(status: ResourceStatus): StatusView {
  const row = rowOf(status);
  const reason = status.isFlapping && row.ready === "True" ? "Flapping" : row.reason;
  const isRetried = row.compliance === "converging" && row.operation === "Waiting";
  const isAtWork = row.operation === "Syncing" || isRetried;
  return {
    conditions: [
      { type: "Ready", status: row.ready, reason },
      { type: "Reconciling", status: isAtWork ? "True" : "False", reason },
      { type: "Stalled", status: row.isStalled ? "True" : "False", reason },
    ],
    sync: row.sync,
    health: row.health === "Healthy" ? healthOf(status) : row.health,
    operation: row.operation,
    compliance: row.compliance,
    message: messageOf(row, status),
  };
}

/** The health of what is as declared. */
function healthOf({ isFlapping, health }: ResourceStatus): Health {
  if (isFlapping === true || health?.status === "Unhealthy") return "Degraded";
  return health?.status === "Unknown" ? "Progressing" : "Healthy";
}

function messageOf(row: Row, { type, isFlapping, health }: ResourceStatus): string {
  const message = isFlapping === true ? `${row.message}, repaired again and again` : row.message;
  if (type !== "Ready" || health === undefined || health.status === "Healthy") return message;
  if (health.status === "Unknown") return `${message}; whether it is healthy is not known yet`;
  return `${message}, but not healthy: ${wordsOfHealth(health.checks)}`;
}

/**
 * The generation up to which everything was evaluated: it moves when every resource has a verdict under `generation`,
 * whatever it is, and never back (F2). `undefined` before the first.
 */
export function observedGenerationOf(
  before: number | undefined,
  generation: number,
  statuses: Iterable<Pick<ResourceStatus, "observedGeneration">>,
): number | undefined {
  if (before !== undefined && generation <= before) return before;
  for (const { observedGeneration } of statuses) {
    if (observedGeneration !== generation) return before;
  }
  return generation;
}

interface Row {
  readonly ready: Condition["status"];
  readonly isStalled: boolean;
  readonly reason: string;
  readonly sync: Sync;
  readonly health: Health;
  readonly operation: OperationPhase;
  readonly compliance: Compliance;
  readonly message: string;
}

/** It was never observed, so nothing is known (D7). */
const UNSEEN = {
  ready: "Unknown",
  isStalled: false,
  sync: "Unknown",
  health: "Progressing",
  operation: "Idle",
  compliance: "unknown",
} as const;

/** It differs from what was declared. */
const DIFFERENT = { ready: "False", isStalled: false, sync: "OutOfSync" } as const;

function rowOf(status: ResourceStatus): Row {
  switch (status.type) {
    case "Pending":
      return { ...UNSEEN, reason: "Pending", message: "not observed yet" };
    case "Reconciling":
      return {
        ...DIFFERENT,
        reason: "Reconciling",
        health: "Progressing",
        operation: "Syncing",
        compliance: "converging",
        message:
          status.progress === undefined ? "being changed" : `being changed: ${status.progress}`,
      };
    case "Ready":
      return {
        ready: "True",
        isStalled: false,
        reason: "Ready",
        sync: "Synced",
        health: "Healthy",
        operation: "Idle",
        compliance: "compliant",
        message: "as declared",
      };
    case "Drifted":
      return {
        ...DIFFERENT,
        reason: "Drifted",
        health: isMissing(status) ? "Missing" : "Degraded",
        operation: "Idle",
        compliance: "noncompliant",
        message: "differs, and is only observed",
      };
    case "Failed":
    case "Unknown":
      return failingRow(status);
    case "Blocked":
      return {
        ...UNSEEN,
        ready: "False",
        reason: "Blocked",
        health: "Degraded",
        operation: "Waiting",
        message: `held back by ${status.by}${status.unready === undefined ? "" : UNREADY[status.unready]}`,
      };
    case "Waiting":
      return waitingRow(status);
    case "Denied":
      return { ...REFUSED, reason: status.fault.reason, message: status.fault.message };
    case "UnknownKind":
      return { ...REFUSED, reason: "UnknownKind", message: "its kind does not exist here" };
    default:
      return unreachable(status);
  }
}

const UNREADY = { awaited: ", which is not ready yet", failed: ", which is not ready" } as const;

/** Nothing but a person or a new generation changes it. */
const REFUSED = {
  ready: "False",
  isStalled: true,
  sync: "Unknown",
  health: "Degraded",
  operation: "Idle",
  compliance: "noncompliant",
} as const;

function failingRow(status: ResourceStatus & { readonly type: "Failed" | "Unknown" }): Row {
  const { fault, retryAtMs } = status;
  // A fault that waits for a person has no next attempt.
  const isStalled = status.isStalled === true || retryAtMs === undefined;
  const isFailed = status.type === "Failed";
  return {
    ready: isFailed ? "False" : "Unknown",
    isStalled,
    reason: fault.reason,
    sync: isFailed ? "OutOfSync" : "Unknown",
    health: "Degraded",
    operation: retryAtMs === undefined ? "Idle" : "Waiting",
    compliance: complianceOf(isFailed, isStalled),
    message: fault.message,
  };
}

function complianceOf(isFailed: boolean, isStalled: boolean): Compliance {
  if (!isFailed) return "unknown";
  return isStalled ? "noncompliant" : "converging";
}

/** Before the first observation nothing is known; where a difference was found it is either its turn or a decision. */
const UNKNOWN = { sync: "Unknown", compliance: "unknown" } as const;
const SOON = { sync: "OutOfSync", compliance: "converging" } as const;
const DECIDED = { sync: "OutOfSync", compliance: "noncompliant" } as const;

const WAITING: Readonly<
  Record<WaitReason, Pick<Row, "reason" | "message" | "sync" | "compliance">>
> = {
  condition: { ...UNKNOWN, reason: "WaitingForCondition", message: "waits for a condition" },
  paused: { ...UNKNOWN, reason: "Paused", message: "paused by an operator" },
  limit: { ...SOON, reason: "WaitingForLimit", message: "changed too often, waits for its turn" },
  window: { ...SOON, reason: "WaitingForWindow", message: "waits for its window" },
  veto: { ...SOON, reason: "WaitingForVeto", message: "waits for the end of a veto" },
  budget: { ...DECIDED, reason: "WaitingForBudget", message: "waits, for too much would be done" },
  approval: { ...DECIDED, reason: "WaitingForApproval", message: "waits for an approval" },
  hold: { ...DECIDED, reason: "Held", message: "held until a new generation or a resume" },
};

function waitingRow({ for: what, reason }: ResourceStatus & { readonly type: "Waiting" }): Row {
  const row = WAITING[what];
  return {
    ready: "False",
    isStalled: false,
    health: "Suspended",
    operation: "Waiting",
    ...row,
    message: reason === undefined ? row.message : `${row.message}: ${reason}`,
  };
}

function isMissing({ changes }: ResourceStatus & { readonly type: "Drifted" }): boolean {
  return changes.some(
    ({ path, from, to }) => path === "state" && from === undefined && to === "present",
  );
}
