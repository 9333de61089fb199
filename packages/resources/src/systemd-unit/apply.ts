import {
  type BatchMember,
  type Fault,
  type KindAction,
  toFault,
  type WriteContext,
} from "@holdfast/core";
import { makeDirectories } from "../directory/make-directories.ts";
import { applyFile } from "../file/apply.ts";
import { diffFile } from "../file/diff.ts";
import { observeSystemdUnit, type SystemdUnitObserved } from "./observe.ts";
import { removeUnitFile } from "./remove.ts";
import type { SystemdUnitSpec } from "./spec.ts";
import { verifyDropIn, verifyUnit } from "./verify.ts";

type SystemdUnitAction = KindAction<SystemdUnitSpec, SystemdUnitObserved>;

/**
 * Writes or removes the file of one unit, and has systemd read its files again.
 * @throws {Fault} ValidationFailed, before the file takes its place; WrongType; PermissionDenied; UnitFailed, when a unit
 *   that is to go does not stop; SystemdUnresponsive; NotPrivileged.
 */
export async function applySystemdUnit(
  action: SystemdUnitAction,
  context: WriteContext,
): Promise<void> {
  const [fault] = await applySystemdUnits([{ action, context }]);
  if (fault !== undefined) throw fault;
}

/** The same for many, where systemd reads its files again once. */
export async function applySystemdUnits(
  members: readonly BatchMember<SystemdUnitSpec, SystemdUnitObserved>[],
): Promise<readonly (Fault | undefined)[]> {
  const faults: (Fault | undefined)[] = [];
  for (const member of members) faults.push(await faultOf(applyUnitFile(member)));
  const written = members.findIndex(
    ({ action }, at) => faults[at] === undefined && action.changes.length > 0,
  );
  const context = members[written]?.context;
  if (context !== undefined) await context.host.services.daemonReload(context.signal);
  return faults;
}

async function faultOf(work: Promise<void>): Promise<Fault | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return toFault(error);
  }
}

async function applyUnitFile({
  action: { spec, changes },
  context,
}: BatchMember<SystemdUnitSpec, SystemdUnitObserved>): Promise<void> {
  if (changes.length === 0) return;
  if (spec.isAbsent) return removeUnitFile(spec, context);
  const observed = await observeSystemdUnit(spec, context);
  if (observed.type === "unknown") throw observed.fault;
  const { file, isMask } = observed.type === "present" ? observed.value : NOTHING;
  const current = isMask ? undefined : file;
  const left = diffFile(spec.file, current);
  if (left.length === 0) return;
  if (left.some(({ path }) => path === "content")) await verifyDropIn(spec, context);
  if (isMask) await context.host.services.unmask([spec.unit], context.signal);
  // The directory of a drop-in comes and goes with what is in it, in one step: nothing of it is left half made.
  if (current === undefined && spec.directory !== undefined) {
    await makeDirectories([spec.directory], context);
  }
  const action = { spec: spec.file, observed: current, changes: left } as const;
  await applyFile(
    { ...action, verb: "update", cause: "intent", provenance: "created" },
    context,
    (temporaryPath) => verifyUnit(spec, temporaryPath, context),
  );
}

const NOTHING = { file: undefined, isMask: false };
