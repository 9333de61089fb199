import { assert, Fault, toFault, type WriteContext } from "@holdfast/core";
import { actionOf } from "../secrets/perform.ts";
import type { Run, Runtime } from "../runtime.ts";
import {
  type Approved,
  attempt,
  type AttemptEnd,
  carryOut,
  closeAttempt,
  type OpenAttempt,
  openAttempt,
} from "./attempt.ts";
import type { ResourceRecord } from "../records/resource-record.ts";

/** Runs that wait for the holder's lane and may go along with it: same kind, same group key, willing (G4). */
export function takeCompanions(runtime: Runtime, run: Run): readonly Run[] {
  const key = groupKeyOf(run);
  if (key === undefined) return [];
  return runtime.lanes.takeWaiting(
    run.lane,
    (other) => other.declared.kind === run.declared.kind && groupKeyOf(other) === key,
  );
}

/**
 * Applies several members by one call of their kind. Each has its own intent, verify and outcome. When the batch
 * fails, those that did not come out right are tried again one by one, so that one bad name fails alone.
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
  // A batch that was given up may still be writing: nobody else may.
  const isStuck = members.some(({ record }) => record.isStuck);
  for (const member of members) {
    if (ends.get(member.record)?.type === "verified") continue;
    const end = isStuck ? { type: "failed" as const, fault } : undefined;
    ends.set(member.record, end ?? (await attempt(runtime, member, "apply")));
  }
  return ends;
}

/** The batch. Returns the fault it failed with as a whole, or `undefined`. Each member's own end is in `ends`. */
async function applyAll(
  runtime: Runtime,
  members: readonly Approved[],
  ends: Map<ResourceRecord, AttemptEnd>,
): Promise<Fault | undefined> {
  const [first] = members;
  const group = first?.declared.kind.group;
  assert(group !== undefined, "only members of a group go together");
  const open = await openAll(runtime, members);
  if (open instanceof Fault) return open;
  const [lead] = open;
  assert(lead !== undefined, "a batch has members");
  const work = async (context: WriteContext): Promise<void> =>
    group.applyMany(members.map(actionOf), context);
  const fault = await carryOut(runtime, lead, `apply with ${members.length - 1} others`, work);
  for (const one of open) {
    const end = await closeAttempt(runtime, one, undefined);
    ends.set(one.approved.record, end);
  }
  return fault;
}

/** Writes the intents of all; a fault when one cannot be written: each member then fails, or not, by itself. */
async function openAll(
  runtime: Runtime,
  members: readonly Approved[],
): Promise<readonly OpenAttempt[] | Fault> {
  const opening = members.map((member) => openAttempt(runtime, member, "apply"));
  const opened = await Promise.allSettled(opening);
  const refused = opened.find((one) => one.status === "rejected");
  if (refused !== undefined) return toFault(refused.reason);
  return opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

function groupKeyOf({ declared: { resource, kind } }: Run): string | undefined {
  if (resource.meta.autoGroup === false) return undefined;
  return kind.group?.key(resource.spec);
}
