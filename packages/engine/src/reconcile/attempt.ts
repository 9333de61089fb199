// Long because: it is the second half of the one path, which is read in one go.
import {
  abortFault,
  type Cause,
  type Change,
  Fault,
  type Intent,
  type Provenance,
  type ResourceStatus,
  sleep,
  toFault,
  type Verb,
  type WriteContext,
} from "@holdfast/core";
import { spendApprovals } from "../policy/spend-approvals.ts";
import { perform } from "../secrets/perform.ts";
import type { Runtime } from "../runtime.ts";
import { bounded } from "../deadline/bounded.ts";
import { publishProgress } from "./publish-progress.ts";
import {
  declarationOf,
  fingerprintOfValue,
  noteIntent,
  specDigestOf,
} from "../records/identity.ts";
import { notConfirmed } from "../undo/not-confirmed.ts";
import { type KeptBefore, keepBefore } from "../undo/keep-before.ts";
import { fingerprintOf, type Finding, observeAfresh } from "./observe.ts";
import type { Subject, ResourceRecord } from "../records/resource-record.ts";

/** An observation with changes that the gate allows. */
export interface Approved extends Subject {
  readonly verb: Verb;
  readonly cause: Cause;
  readonly provenance: Provenance;
  /** What is there is as our last apply left it. */
  readonly isAsLeft: boolean;
  /** `undefined` when absent. */
  readonly observed: unknown;
  readonly changes: readonly Change[];
  /** Of what the last apply left; `undefined` where none is on record. */
  readonly lastFingerprint: string | undefined;
  /** The gate allowed it only because so many people approved it. Default: it needs nobody. */
  readonly approvals?: number;
  /** The desired state under which the gate allowed it, counted by loads. */
  readonly load: number;
  /** The logical time of the observation. */
  readonly stamp: number;
}

/** How an attempt that was made ended: verified, or with the fault it failed with. */
type Made =
  | { readonly type: "verified"; readonly observed: unknown; readonly op?: string }
  | { readonly type: "failed"; readonly fault: Fault };

/** How an attempt ended; `superseded` when another manifest came before it began. */
export type AttemptEnd = Made | { readonly type: "superseded" };

/** An attempt whose intent is on disk. */
export interface OpenAttempt {
  readonly approved: Approved;
  readonly intent: Intent;
  /** Its name: unique, and in the names of the temporary files it makes. */
  readonly name: string;
}

/** Random bytes in the name of an attempt. */
export const ATTEMPT_BYTES = 8;

/**
 * The second half of the one path: intent → apply → verify → outcome. The intent is durable before the kind is
 * called, and the outcome after what it did was seen with fresh eyes. Never throws.
 */
export async function attempt(runtime: Runtime, approved: Approved): Promise<AttemptEnd> {
  if (approved.load !== runtime.loads()) return { type: "superseded" };
  // What would be begun now would be cut off at once.
  if (runtime.killed.aborted) return { type: "failed", fault: abortFault(runtime.killed) };
  try {
    const open = await openAttempt(runtime, approved);
    const fault = await carryOut(runtime, open, ({ context }) => perform(approved, context));
    const end = await closeAttempt(runtime, open, fault);
    if (approved.verb === "refresh" && end.type === "verified") {
      await runtime.ledger.refreshed(approved.record.id, runtime.killed);
    }
    return end;
  } catch (error) {
    return { type: "failed", fault: toFault(error) };
  }
}

/**
 * Writes the intent.
 * @throws {Fault} LedgerUnavailable; then nothing may be done.
 */
export async function openAttempt(runtime: Runtime, approved: Approved): Promise<OpenAttempt> {
  const { record, declared, verb, cause } = approved;
  const name = runtime.random.hex(ATTEMPT_BYTES);
  const specDigest = specDigestOf(runtime, declared);
  const temporaries = declared.kind.temporaries?.(declared.resource.spec, approved.observed);
  const isKept = verb !== "refresh" && declared.resource.revert === undefined;
  const kept = isKept ? await keepBefore(runtime, approved) : undefined;
  const intent: Intent = {
    id: record.id,
    attempt: name,
    verb,
    specDigest,
    cause,
    ...(temporaries === undefined ? {} : { temporaries }),
    ...(kept === undefined ? {} : { change: kept.change }),
  };
  const { approvals: needed, changes } = approved;
  if (needed !== undefined) {
    await spendApprovals(runtime, approved, { verb, changes, needed }).catch(async (error) => {
      await kept?.drop();
      throw error;
    });
  }
  // Should it fail here, to see again what was seen is no news.
  record.failedFingerprint = fingerprintOfValue(declared, approved.observed);
  runtime.outputs.forget(record.id);
  await beginKept(runtime, intent, kept);
  if (verb !== "refresh") record.unsettled = name;
  record.status = {
    ...flags(record.status),
    type: "Reconciling",
    sinceMs: runtime.clock.monotonicMs(),
  };
  runtime.events({ type: "reconciling", id: record.id });
  announceGuard(runtime, intent);
  return { approved, intent, name };
}

/** The same once more, under approvals that were used for it already. */
export function withoutApprovals({ approvals: _used, ...approved }: Approved): Approved {
  return approved;
}

/** From now on the change is put back unless somebody confirms it. */
function announceGuard({ events }: Runtime, { id, attempt, change }: Intent): void {
  const withinMs = change?.confirmWithinMs;
  if (withinMs === undefined) return;
  const fault = notConfirmed({ id, op: attempt, withinMs }).toJSON();
  events({ type: "degraded", subject: id, fault });
}

/** The intent and what is overwritten become durable at once. What cannot be kept is not overwritten. */
async function beginKept(
  runtime: Runtime,
  intent: Intent,
  kept: KeptBefore | undefined,
): Promise<void> {
  const { ledger, killed } = runtime;
  const [begun, held] = await Promise.allSettled([ledger.begin(intent, killed), kept?.keep()]);
  await kept?.drop();
  if (begun.status === "rejected") throw begun.reason;
  if (held.status === "fulfilled") return;
  await ledger.finish({ type: "failed", id: intent.id, attempt: intent.attempt }, killed);
  // Nothing was changed, so nothing is to be put back.
  if (intent.change?.confirmWithinMs !== undefined) await ledger.confirm(intent.attempt, killed);
  throw held.reason;
}

/** What of a status stays true while work is under way. */
function flags({ observedGeneration, isStalled, isFlapping }: ResourceStatus) {
  return {
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(isStalled ? { isStalled } : {}),
    ...(isFlapping ? { isFlapping } : {}),
  };
}

/** Does the work within its deadline. Returns the fault it ended with, or `undefined`. */
export async function carryOut(
  runtime: Runtime,
  open: OpenAttempt,
  work: (given: { readonly context: WriteContext; readonly signal: AbortSignal }) => Promise<void>,
  others: readonly OpenAttempt[] = [],
): Promise<Fault | undefined> {
  const { record, verb } = open.approved;
  const stage = verb === "refresh" ? "refresh" : "apply";
  const done = runtime.observer?.stage(record.id, stage);
  try {
    await bounded(runtime, {
      record,
      others: others.map(({ approved }) => approved.record),
      verb: others.length === 0 ? stage : `${stage} with ${others.length} others`,
      run: async (signal) => {
        const aborted = signal();
        await work({ context: writeContext(runtime, open, aborted), signal: aborted });
      },
    });
    return undefined;
  } catch (error) {
    return toFault(error);
  } finally {
    done?.();
  }
}

/** Verifies with an observation of its own, whatever the work said, and writes the outcome. Never throws. */
export async function closeAttempt(
  runtime: Runtime,
  open: OpenAttempt,
  fault: Fault | undefined,
): Promise<Made> {
  const { record, declared } = open.approved;
  // Work that was given up may still write: its intent stays open, so that the next start observes again.
  if (record.isStuck) return { type: "failed", fault: fault ?? notConverged(record, []) };
  const verified = runtime.observer?.stage(record.id, "verify");
  try {
    const after = await observeAfresh(runtime, open.approved);
    verified?.();
    const end = judge(record, after, fault);
    record.changedStamp = runtime.nextStamp();
    record.failedFingerprint = fingerprintOf(declared, after) ?? "unseen";
    const { name: attempt } = open;
    // A resource that is as declared now has changed, whatever the work says. An unknown one stays open until it is
    // observed.
    if (after.type === "seen" && after.changes.length === 0) {
      noteIntent(open.approved, after.observed);
      const { provenance } = open.approved;
      await recordDone(runtime, open.approved, { attempt, observed: after.observed, provenance });
      const isChange = open.intent.change !== undefined && end.type === "verified";
      if (isChange) return { ...end, op: attempt };
    } else if (after.type === "seen") {
      const left = fingerprintOf(declared, after);
      const half =
        open.intent.change === undefined || left === undefined ? {} : { fingerprint: left };
      await runtime.ledger.finish(
        { type: "failed", id: record.id, attempt, ...half },
        runtime.killed,
      );
      record.unsettled = undefined;
    } else {
      // A mount that died under the work: its files there are cleared when they can be read again.
      record.staleIntents = [...record.staleIntents, open.intent];
    }
    return end;
  } catch (error) {
    return { type: "failed", fault: toFault(error) };
  }
}

function judge(record: ResourceRecord, after: Finding, fault: Fault | undefined): Made {
  if (fault !== undefined) return { type: "failed", fault };
  if (after.type === "unknown") return { type: "failed", fault: after.fault };
  if (after.changes.length === 0) return { type: "verified", observed: after.observed };
  return { type: "failed", fault: notConverged(record, after.changes) };
}

/** What is known of a change that has happened. */
interface PlannedWork {
  readonly attempt: string;
  /** As it is now. `undefined` when absent. */
  readonly observed: unknown;
  readonly provenance: Provenance;
}

/**
 * Puts on record that a resource was changed to what it is, and the notifications that this owes.
 * @throws {Fault} LedgerUnavailable; then it stays unsettled.
 */
export async function recordDone(
  runtime: Runtime,
  { record, declared }: Subject,
  { attempt: name, observed, provenance }: PlannedWork,
): Promise<void> {
  const { ledger, killed } = runtime;
  const { id } = record;
  const declaration = declarationOf(runtime, { record, declared });
  const { removal, revert } = declared.resource;
  const isGone = removal !== undefined || revert?.leaves === "nothing";
  const ours = revert?.leaves === "created" ? revert.leaves : "adopted";
  await ledger.finish(
    {
      type: "done",
      id,
      attempt: name,
      specDigest: specDigestOf(runtime, declared),
      fingerprint: fingerprintOfValue(declared, observed),
      // What may be there later is not ours.
      provenance: isGone || revert !== undefined ? ours : provenance,
      owes: declared.resource.meta.notify ?? [],
      ...(declaration === undefined ? {} : { declaration }),
    },
    killed,
  );
  record.unsettled = undefined;
}

/** What a kind may do under an attempt. */
export function writeContext(
  runtime: Runtime,
  { approved: { record, declared }, name }: { readonly approved: Subject; readonly name: string },
  signal: AbortSignal,
): WriteContext {
  return {
    hasSecrets: declared.secrets !== undefined,
    host: runtime.ports.writerFor(declared.kind),
    signal,
    log: runtime.log,
    attempt: name,
    task: (taskId) => runtime.ledger.task(name, taskId, signal),
    progress: (message) => publishProgress(runtime, record, message),
    printed: (output) => runtime.outputs.keep(record.id, output),
    sleep: (delayMs) => sleep(runtime.clock, delayMs, signal),
  };
}

function notConverged(record: ResourceRecord, left: readonly Change[]): Fault {
  const fields = left.map(({ path }) => path).join(", ");
  return new Fault({
    reason: "NotConverged",
    message: `${record.id} was applied and still differs${fields === "" ? "" : ` in ${fields}`}`,
    resolution:
      "Search for another program that changes it back, or for a spec that contradicts itself.",
  });
}
