import {
  type Cause,
  type Decision,
  type Fault,
  type JsonObject,
  postGate,
  preGate,
  type ResourceStatus,
  unreachable,
  type Unready,
} from "@holdfast/core";
import { TokenBucket } from "../queue/token-bucket.ts";
import type { Run, Runtime } from "../runtime.ts";
import { askPolicy, BY_POLICY } from "../policy/ask-policy.ts";
import { isOver } from "../records/identity.ts";
import { holdOf } from "../undo/hold.ts";
import { blockerOf } from "./blame.ts";
import type { Finding } from "./observe.ts";
import type { Declaration, Subject, ResourceRecord } from "../records/resource-record.ts";
import type { Verdict } from "../records/verdict.ts";

/** An observation that found a state, or that nothing is there. */
export type Seen = Finding & { readonly type: "seen" };

/** Asks the gate about a fresh diff. */
export function gateOf(runtime: Runtime, run: Run, seen: Seen): Decision {
  const { record, declared, hints } = run;
  const limitedUntilMs = hints.kinds.has("retry")
    ? undefined
    : bucketOf(runtime, record).availableAt(runtime.clock.monotonicMs());
  const unmetCondition = runtime.known.unmet(run);
  const hold = holdOf(runtime, run);
  return postGate({
    id: record.id,
    changes: seen.changes,
    isNoop: declared.resource.meta.noop === true,
    isDetectOnly: runtime.isDetectOnly(record),
    policy: () => askPolicy(runtime, run, seen),
    ...(limitedUntilMs === undefined ? {} : { limitedUntilMs }),
    ...(unmetCondition === undefined ? {} : { unmetCondition }),
    ...(hold === undefined ? {} : { hold }),
    isStopping: runtime.isStopping(),
    isPaused: isPausedFor(runtime, run),
  });
}

/** A pause does not keep a change from being put back that may have cut off control: who paused may not get here again. */
function isPausedFor(runtime: Runtime, { declared }: Run): boolean {
  return runtime.isPaused() && declared.resource.revert?.why !== "reverted";
}

/** The gate before anything is read. `undefined` lets the run go on to its lane. */
export function refuseEarly(runtime: Runtime, run: Run): Verdict | undefined {
  const { record, hints } = run;
  const kindRefusal = refusalOf(runtime, record);
  const { haltedBy } = runtime;
  const blocker = haltedBy === undefined ? blockerOf(record) : { by: haltedBy, unready: undefined };
  const unmetCondition = runtime.known.unmetForCertain(run, hints);
  const decision = preGate({
    id: record.id,
    ...(kindRefusal === undefined ? {} : { kindRefusal }),
    ...(blocker === undefined ? {} : { blockedBy: blocker.by }),
    ...(blocker?.unready === undefined ? {} : { unready: blocker.unready }),
    ...(unmetCondition === undefined ? {} : { unmetCondition }),
    isPaused: isPausedFor(runtime, run),
  });
  return earlyVerdict(runtime, decision);
}

/** Why nothing is done to a resource at all: its kind cannot be used here, or it must not be removed yet. */
export function refusalOf(runtime: Runtime, record: ResourceRecord): Fault | undefined {
  const { kind, removal } = record.declared.resource;
  const refusal = removal?.refusal;
  return refusal === undefined || isOver(runtime, record) ? runtime.refusalOf(kind) : refusal;
}

/** The same gate after waiting for the lane, where more can have happened. */
export function refuseLate(runtime: Runtime, run: Run): Verdict | undefined {
  if (run.load !== runtime.loads()) return { type: "superseded" };
  return run.record.work.busyDependencies > 0 ? { type: "overtaken" } : refuseEarly(runtime, run);
}

/** What a run comes to that the gate held back before anything was read; `undefined` lets it go on. */
function earlyVerdict({ haltedBy }: Runtime, decision: Decision): Verdict | undefined {
  switch (decision.type) {
    case "allow":
      return undefined;
    case "deny":
      return { type: "denied", fault: decision.fault };
    case "blocked": {
      const { by, unready } = decision;
      const waits = unready === undefined ? "a dependency is not ready" : UNREADY[unready];
      const reason = haltedBy === undefined ? waits : "a critical resource failed";
      return { type: "blocked", by, unready, reason };
    }
    case "defer": {
      const { waitingFor, untilMs, reason } = decision;
      return { type: "waiting", for: waitingFor, untilMs, reason, cause: "intent", changes: [] };
    }
    case "observe-only":
      throw new Error("assertion failed: nothing was read that could be only observed");
    default:
      return unreachable(decision);
  }
}

/** How a result says that what it depends on is in sync and not ready. */
const UNREADY = {
  awaited: "not ready yet",
  failed: "not ready: its health checks fail",
} as const satisfies Record<Unready, string>;

/**
 * The gate before anything is read, once the machine was asked: whether the conditions hold is known as of after
 * `stamp`. `undefined` lets the run go on.
 */
export async function refuseByCondition(
  runtime: Runtime,
  run: Run,
  stamp: number,
): Promise<Verdict | undefined> {
  const unmetCondition = await runtime.known.askForRun(run, stamp);
  if (unmetCondition === undefined) return undefined;
  return earlyVerdict(runtime, preGate({ id: run.record.id, unmetCondition }));
}

/** What fails while its condition closes has not failed: it waits (D11). What went wrong is left to the log. */
export async function excuse(
  runtime: Runtime,
  settled: { readonly run: Run; readonly verdict: Verdict },
): Promise<{ readonly run: Run; readonly verdict: Verdict }> {
  const { run, verdict } = settled;
  if (verdict.type !== "failed" && verdict.type !== "unknown") return settled;
  const closed = await refuseByCondition(runtime, run, runtime.nextStamp());
  if (closed === undefined) return settled;
  const { reason, message } = verdict.fault;
  runtime.log.info("failed while its condition closed", { id: run.record.id, reason, message });
  return { run, verdict: closed };
}

/** What the gate held back. */
interface Refused {
  readonly declared: Declaration;
  readonly cause: Cause;
  readonly seen: Seen;
}

/** What a run comes to that the gate held back. */
export function refusalVerdict(
  { clock }: Pick<Runtime, "clock">,
  decision: Decision,
  { declared, cause, seen }: Refused,
): Verdict {
  const { changes, observed } = seen;
  // Only a refresh is left to do: the resource itself is in sync, and the debt stays in the ledger.
  if (changes.length === 0 && !isByPolicy(decision))
    return { type: "inSync", details: detailsOf(declared, observed) };
  switch (decision.type) {
    case "observe-only":
      return { type: "drifted", cause, changes, reason: decision.reason };
    case "defer": {
      const { waitingFor, untilMs, untilWallMs, reason } = decision;
      const until = untilWallMs === undefined ? untilMs : monotonicOf(clock, untilWallMs);
      return { type: "waiting", for: waitingFor, untilMs: until, reason, cause, changes };
    }
    case "deny":
      return { type: "denied", fault: decision.fault };
    case "blocked":
      return { type: "blocked", by: decision.by, reason: "a dependency is not ready" };
    case "allow":
      throw new Error("assertion failed: leave to apply is not a refusal");
    default:
      return unreachable(decision);
  }
}

/** What policy holds back is not done soon by itself, so that it is shown. */
function isByPolicy(decision: Decision): boolean {
  if (decision.type === "deny") return true;
  return decision.type === "defer" && BY_POLICY.has(decision.waitingFor);
}

/** A time of the wall clock on the monotonic one, by where both stand now. */
function monotonicOf(clock: Runtime["clock"], wallMs: number): number {
  return clock.monotonicMs() + (wallMs - clock.wallMs());
}

/** The limiter of a resource; made when it is first needed. */
export function bucketOf(runtime: Runtime, record: ResourceRecord): TokenBucket {
  const { limitPerSecond, limitBurst } = runtime.numbers;
  const rate = record.declared.resource.meta.limit ?? {
    perSecond: limitPerSecond,
    burst: limitBurst,
  };
  record.bucket ??= new TokenBucket(rate, runtime.clock.monotonicMs());
  return record.bucket;
}

/** The details of the observed state, from its kind. */
export function detailsOf({ kind }: Declaration, observed: unknown): JsonObject {
  if (observed === undefined) return NO_DETAILS;
  return kind.details?.(observed) ?? NO_DETAILS;
}

/** Shared, because each status keeps its own. */
const NO_DETAILS: JsonObject = {};

/** Publishes a difference in a resource that was in sync. */
export function announceDrift(runtime: Runtime, run: Run, seen: Seen, cause: Cause): void {
  const { record, hints } = run;
  if (cause !== "drift" || record.status.type === "Failed" || seen.changes.length === 0) return;
  if (record.status.type === "Drifted" || isHeldByPolicy(record.status)) return;
  const { trigger, kinds } = hints;
  const isFromWatch = kinds.has("watch");
  runtime.events({ type: "drift", id: record.id, trigger, isFromWatch, changes: seen.changes });
}

/** Then its difference was published when it began to wait. */
function isHeldByPolicy(status: ResourceStatus): boolean {
  return status.type === "Waiting" && BY_POLICY.has(status.for);
}

/** Whether a notification is owed to it that it can act on. */
export function owesRefresh(runtime: Runtime, { record, declared }: Subject): boolean {
  return declared.kind.refresh !== undefined && runtime.ledger.owed(record.id);
}
