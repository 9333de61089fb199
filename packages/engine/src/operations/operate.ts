import {
  Fault,
  type FaultReason,
  type Intent,
  type KindOperation,
  pausedFault,
  preGate,
  type ResourceId,
  resolveSpec,
  toFault,
} from "@holdfast/core";
import { changesOfOperation, policyOfOperation } from "../policy/judge-operation.ts";
import { spendApprovals } from "../policy/spend-approvals.ts";
import { specDigestOf } from "../records/identity.ts";
import type { ResourceRecord, Subject } from "../records/resource-record.ts";
import type { Run, Runtime } from "../runtime.ts";
import { ATTEMPT_BYTES, writeContext } from "../reconcile/attempt.ts";
import { bounded } from "../deadline/bounded.ts";
import type { AskedOperation, OperationEnd } from "./asked-operation.ts";

/** An end after which it is not known what was done. */
const CUT_OFF: ReadonlySet<FaultReason> = new Set([
  "Aborted",
  "CommandTimeout",
  "ResourceTimeout",
  "SystemdUnresponsive",
  "TaskUnknown",
  "UnitTimeout",
]);

/**
 * Does what was asked for, in the lanes of its resource: gate → ledger → operation → ledger, and then the resource is
 * observed. A caller that has gone changes nothing: what was taken on is done, and put on record (C8). Never throws.
 */
export async function operate(
  runtime: Runtime,
  { record }: Run,
  asked: AskedOperation,
): Promise<OperationEnd> {
  // What it waited for may have brought another declaration.
  const subject = { record, declared: record.declared };
  const { ledger, killed } = runtime;
  const key = asked.key === undefined ? undefined : keyOf(subject, asked, asked.key);
  try {
    const { operation, needed } = await allowed(runtime, subject, asked);
    const known = key === undefined ? undefined : ledger.oneShots.state(key);
    if (known === "done") return { type: "repeated" };
    if (known === "begun") return { type: "failed", fault: inDoubt(subject, asked) };
    const { name } = asked;
    if (needed !== undefined) {
      const work = { verb: "run", changes: changesOfOperation(name), needed } as const;
      await spendApprovals(runtime, subject, work);
    }
    const fault = await carryOut(runtime, subject, { name, key, operation });
    const isKnown = !record.isStuck && (fault === undefined || !CUT_OFF.has(fault.reason));
    if (key !== undefined && isKnown) {
      await ledger.oneShots[fault === undefined ? "done" : "forget"](key, killed);
    }
    return fault === undefined ? { type: "done" } : { type: "failed", fault };
  } catch (error) {
    return { type: "failed", fault: toFault(error) };
  }
}

interface Operating {
  readonly name: string;
  /** In the ledger. */
  readonly key: string | undefined;
  readonly operation: KindOperation<unknown>;
}

/**
 * Under an intent that is durable before and an outcome after. Returns the fault it ended with, or `undefined`.
 * @throws {Fault} LedgerUnavailable; before the operation, then nothing was done.
 */
async function carryOut(
  runtime: Runtime,
  subject: Subject,
  { name, key, operation }: Operating,
): Promise<Fault | undefined> {
  const { record, declared } = subject;
  const attempt = runtime.random.hex(ATTEMPT_BYTES);
  const intent: Intent = {
    id: record.id,
    attempt,
    verb: "run",
    operation: name,
    specDigest: specDigestOf(runtime, declared),
    cause: "intent",
  };
  const { ledger, killed } = runtime;
  await ledger.begin(intent, killed);
  let fault: Fault | undefined;
  try {
    const { resource, kind, secrets } = declared;
    const spec = resolveSpec(resource, kind, secrets);
    if (key !== undefined) await ledger.oneShots.begin(key, killed);
    await bounded(runtime, {
      record,
      verb: name,
      run: (signal) =>
        operation.run(spec, writeContext(runtime, { approved: subject, name: attempt }, signal())),
    });
  } catch (error) {
    fault = toFault(error);
  }
  // What was seen before is older than what it has done.
  record.changedStamp = runtime.nextStamp();
  runtime.hint(record, "operator", name);
  // Work that was given up may go on: its intent stays open.
  if (!record.isStuck) {
    await ledger.finish({ type: "ran", id: record.id, attempt }, killed);
  }
  return fault;
}

/**
 * Puts an end to operations that the last agent was in the middle of, and publishes that nobody knows whether they were
 * done: none is ever repeated by itself.
 */
export async function closeCutOff(runtime: Runtime, intents: readonly Intent[]): Promise<void> {
  if (runtime.mode === "detect") return;
  for (const { id, attempt, operation = "" } of intents) {
    const fault = cutOffFault(id, operation).toJSON();
    const report = { id, operation, status: "failed", fault, durationMs: 0 } as const;
    runtime.events({ type: "operated", report });
    try {
      await runtime.ledger.finish({ type: "ran", id, attempt }, runtime.killed);
    } catch (error) {
      const { reason, message } = toFault(error);
      runtime.log.warn("a cut-off operation stays on record", { id, reason, message });
    }
  }
}

/** An operation that the gate lets go. */
interface AllowedOperation {
  readonly operation: KindOperation<unknown>;
  /** Only because so many people approved it. */
  readonly needed: number | undefined;
}

/**
 * The gate for an operation: the same as for a change, but what a person asks for is not limited, and waits for nothing.
 * @throws {Fault} NotFound, OperationRefused, Paused, or why the kind cannot be used.
 */
async function allowed(
  runtime: Runtime,
  subject: Subject,
  asked: AskedOperation,
): Promise<AllowedOperation> {
  const { record, declared } = subject;
  if (!isToStay(record)) throw notDeclared(record.id);
  const operation = operationOf(declared, asked.name);
  if (operation === undefined) throw notFound(subject, asked);
  const pause = runtime.ledger.paused();
  if (pause !== undefined) throw pausedFault(pause);
  const kindRefusal = runtime.refusalOf(declared.resource.kind);
  const decision = preGate({
    id: record.id,
    ...(kindRefusal === undefined ? {} : { kindRefusal }),
  });
  if (decision.type === "deny") throw decision.fault;
  if (runtime.isStopping()) throw refused(subject, asked, "the agent is stopping");
  if (declared.resource.meta.noop === true) throw refused(subject, asked, "it is declared noop");
  if (runtime.isDetectOnly(record)) throw refused(subject, asked, "it is only observed");
  const unmet = await runtime.known.ask(subject, runtime.nextStamp());
  if (unmet !== undefined) throw refused(subject, asked, `its condition does not hold: ${unmet}`);
  const held = policyOfOperation(runtime, subject, { name: asked.name, operation });
  if (held.type === "deny") throw held.fault;
  if (held.type === "wait") throw refused(subject, asked, held.reason);
  return { operation, needed: held.approvals };
}

/** Whether a resource is declared: what left the manifest is not, also while it waits for its removal or must not go yet. */
export function isToStay({ isRemoved, declared: { resource } }: ResourceRecord): boolean {
  return !isRemoved && resource.removal === undefined;
}

/** What a resource's kind can do besides having it as declared; `undefined` when it is nothing of that name. */
export function operationOf(
  { kind }: Subject["declared"],
  name: string,
): KindOperation<unknown> | undefined {
  const { operations = {} } = kind;
  return Object.hasOwn(operations, name) ? operations[name] : undefined;
}

/** The key in the ledger: of one operation of one resource. */
function keyOf({ record }: Subject, { name }: AskedOperation, key: string): string {
  return `run ${record.id} ${name} ${key}`;
}

/** @returns the fault of an operation that a resource does not have. */
export function notFound({ record, declared }: Subject, { name }: Pick<AskedOperation, "name">) {
  const known = Object.keys(declared.kind.operations ?? {});
  const what = known.length === 0 ? "no operations" : `these operations: ${known.join(", ")}`;
  return new Fault({
    reason: "NotFound",
    message: `${record.id} has no operation ${JSON.stringify(name)}`,
    resolution: `Resources of kind ${declared.resource.kind} have ${what}.`,
  });
}

/** @returns the fault of a resource that is not declared. */
export function notDeclared(id: ResourceId): Fault {
  return new Fault({
    reason: "NotFound",
    message: `${id} is not declared`,
    resolution: "holdfast status lists what is.",
  });
}

function refused({ record }: Subject, { name }: AskedOperation, why: string): Fault {
  return new Fault({
    reason: "OperationRefused",
    message: `${name} of ${record.id} is not done: ${why}`,
    resolution: "Change what holds it back, and ask again.",
  });
}

function cutOffFault(id: ResourceId, operation: string): Fault {
  return new Fault({
    reason: "OutcomeUnknown",
    message: `the agent ended while ${operation} of ${id} was under way`,
    resolution: "See whether it was done, and ask for it again if not.",
  });
}

function inDoubt(subject: Subject, asked: AskedOperation): Fault {
  const key = keyOf(subject, asked, asked.key ?? "");
  return new Fault({
    reason: "OutcomeUnknown",
    message: `${asked.name} of ${subject.record.id} was cut off under this key, and may have been done`,
    resolution: `See whether it was, then: holdfast ledger resolve "${key}" --done, or --again.`,
  });
}
