import type { WriteContext } from "@holdfast/core";
import type { Run, Runtime } from "../runtime.ts";
import {
  type Approved,
  attempt,
  type AttemptEnd,
  carryOut,
  closeAttempt,
  openAttempt,
} from "./attempt.ts";
import type { Tracked } from "./tracked.ts";

/** Runs that wait for the holder's lane and may go along with it: same kind, same group key, willing (G4). */
export function takeCompanions(runtime: Runtime, run: Run): readonly Run[] {
  const { tracked } = run;
  const key = groupKeyOf(tracked);
  if (key === undefined) return [];
  return runtime.lanes.takeWaiting(
    run.lane,
    (other) => other.tracked.kind === tracked.kind && groupKeyOf(other.tracked) === key,
  );
}

/**
 * Applies several members by one call of their kind. Each has its own intent, verify and outcome. When the batch
 * fails, those that did not come out right are tried again one by one, so that one bad name fails alone.
 */
export async function attemptTogether(
  runtime: Runtime,
  members: readonly Approved[],
): Promise<ReadonlyMap<Tracked, AttemptEnd>> {
  const ends = new Map<Tracked, AttemptEnd>();
  if (members.length > 1 && (await applyAll(runtime, members, ends))) return ends;
  for (const member of members) {
    if (ends.get(member.tracked)?.type === "verified") continue;
    ends.set(member.tracked, await attempt(runtime, member, "apply"));
  }
  return ends;
}

/** The batch; false when it failed as a whole. */
async function applyAll(
  runtime: Runtime,
  members: readonly Approved[],
  ends: Map<Tracked, AttemptEnd>,
): Promise<boolean> {
  const [first] = members;
  const group = first?.tracked.kind.group;
  if (first === undefined || group === undefined) return false;
  const open = await Promise.all(members.map((member) => openAttempt(runtime, member, "apply")));
  const [lead] = open;
  if (lead === undefined) return false;
  const actions = members.map(({ tracked, observed, changes }) => ({
    spec: tracked.resource.spec,
    observed,
    changes,
  }));
  const work = (context: WriteContext): Promise<void> => group.applyMany(actions, context);
  const fault = await carryOut(runtime, lead, `apply with ${members.length - 1} others`, work);
  for (const one of open) {
    const end = await closeAttempt(runtime, one, undefined);
    ends.set(one.approved.tracked, end);
  }
  return fault === undefined;
}

function groupKeyOf(tracked: Tracked): string | undefined {
  if (tracked.resource.meta.autoGroup === false) return undefined;
  return tracked.kind.group?.key(tracked.resource.spec);
}
