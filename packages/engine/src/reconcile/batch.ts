import { assert, type BatchMember, Fault, toFault, type WriteContext } from "@holdfast/core";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Run, Runtime } from "../runtime.ts";
import { actionOf } from "../secrets/perform.ts";
import {
  type Approved,
  attempt,
  type AttemptEnd,
  carryOut,
  closeAttempt,
  type OpenAttempt,
  openAttempt,
  withoutApprovals,
  writeContext,
} from "./attempt.ts";

/** Runs that wait for the holder's lanes and may go along with it: same kind, same batch key, willing (G4). */
export function takeCompanions(runtime: Runtime, run: Run): readonly Run[] {
  const key = batchKeyOf(runtime, run);
  if (key === undefined) return [];
  return runtime.lanes.takeWaiting(
    run.lanes,
    (other) =>
      other.operation === undefined &&
      other.declared.kind === run.declared.kind &&
      batchKeyOf(runtime, other) === key,
  );
}

/**
 * Applies several members by one call of their kind. Each has its own intent, context, verify and outcome. When the
 * batch fails as a whole, those that did not come out right are tried again one by one, so that one bad name fails alone.
 */
export async function attemptTogether(
  runtime: Runtime,
  members: readonly Approved[],
): Promise<ReadonlyMap<ResourceRecord, AttemptEnd>> {
  const ends = new Map<ResourceRecord, AttemptEnd>();
  if (members.some(({ load }) => load !== runtime.loads())) {
    return new Map(members.map(({ record }) => [record, { type: "superseded" }]));
  }
  const fault = await applyAll(runtime, members, ends);
  if (fault === undefined) return ends;
  // A batch that was given up may still be writing: no other work may.
  const isStuck = members.some(({ record }) => record.isStuck);
  for (const member of members) {
    if (ends.get(member.record)?.type === "verified") continue;
    const end = isStuck ? { type: "failed" as const, fault } : undefined;
    const again = ends.has(member.record) ? withoutApprovals(member) : member;
    ends.set(member.record, end ?? (await attempt(runtime, again)));
  }
  return ends;
}

/** The batch. Returns the fault it failed with as a whole, or `undefined`. Each member's own end is in `ends`. */
async function applyAll(
  runtime: Runtime,
  members: readonly Approved[],
  ends: Map<ResourceRecord, AttemptEnd>,
): Promise<Fault | undefined> {
  const open = await openAll(runtime, members);
  if (open instanceof Fault) return open;
  const [lead, ...others] = open;
  assert(lead !== undefined, "a batch has members");
  const own = new Map<OpenAttempt, Fault | undefined>();
  const work = async ({ signal }: { readonly signal: AbortSignal }): Promise<void> => {
    const contexts = new Map(open.map((one) => [one, writeContext(runtime, one, signal)]));
    await applyMembers(contexts, own);
  };
  const fault = await carryOut(runtime, lead, work, others);
  for (const one of open) {
    ends.set(one.approved.record, await closeAttempt(runtime, one, own.get(one)));
  }
  return fault;
}

/** Gives the kind what its members have to do. A member that cannot even be put into words has a fault of its own. */
async function applyMembers(
  contexts: ReadonlyMap<OpenAttempt, WriteContext>,
  own: Map<OpenAttempt, Fault | undefined>,
): Promise<void> {
  const members = new Map<OpenAttempt, BatchMember<unknown, unknown>>();
  for (const [one, context] of contexts) {
    try {
      members.set(one, { action: memberAction(one), context });
    } catch (error) {
      own.set(one, toFault(error));
    }
  }
  const [lead] = members.keys();
  if (lead === undefined) return;
  const { batch } = lead.approved.declared.kind;
  assert(batch !== undefined, "only members of a batch go together");
  const faults = await batch.applyMany([...members.values()]);
  for (const [at, one] of [...members.keys()].entries()) own.set(one, faults[at]);
}

function memberAction({ approved }: OpenAttempt): BatchMember<unknown, unknown>["action"] {
  const { verb } = approved;
  assert(verb !== "refresh", "a refresh is made alone");
  return actionOf({ ...approved, verb });
}

/** Writes the intents of all; a fault when one cannot be written: each member then fails, or not, by itself. */
async function openAll(
  runtime: Runtime,
  members: readonly Approved[],
): Promise<readonly OpenAttempt[] | Fault> {
  const opening = members.map((member) => openAttempt(runtime, member));
  const opened = await Promise.allSettled(opening);
  const refused = opened.find((one) => one.status === "rejected");
  if (refused !== undefined) return toFault(refused.reason);
  return opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

/** What goes together; `undefined` for what goes alone, as does a resource whose kind cannot name its key. */
function batchKeyOf(runtime: Runtime, { record, declared }: Run): string | undefined {
  const { resource, kind } = declared;
  if (resource.meta.autoGroup === false) return undefined;
  try {
    return kind.batch?.key(resource.spec);
  } catch (error) {
    runtime.log.warn("a kind cannot name its batch", { id: record.id, error: String(error) });
    return undefined;
  }
}
