import type { KindAction, WriteContext } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import { applyService } from "../service/apply.ts";
import { diffService } from "../service/diff.ts";
import { applySystemdUnits } from "../systemd-unit/apply.ts";
import { diffSystemdUnit } from "../systemd-unit/diff.ts";
import type { SystemdUnitObserved } from "../systemd-unit/observe.ts";
import type { SystemdUnitSpec } from "../systemd-unit/spec.ts";
import { verifyText } from "../systemd-unit/verify.ts";
import type { TimerObserved } from "./observe.ts";
import type { TimerSpec } from "./spec.ts";

/** Whether it is made or changed is for those to find out that do it. */
const BY_INTENT = { verb: "update", cause: "intent", provenance: "created" } as const;

/**
 * Writes both units, has systemd read them once, and enables and starts the timer; or stops, disables and removes both.
 * @throws {Fault} as a systemd-unit and a service.
 */
export async function applyTimer(
  { spec, observed, changes }: KindAction<TimerSpec, TimerObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const files = filesOf(spec, observed);
  for (const file of spec.isVerified ? files : []) {
    if (hasChange(file.changes, "text")) await verifyText(file.spec, context);
  }
  const faults = await applySystemdUnits(files.map((action) => ({ action, context })));
  const fault = faults.find((one) => one !== undefined);
  if (fault !== undefined) throw fault;
  if (spec.isAbsent) return;
  // It observes by itself what is left to do: the files may have come a moment ago.
  const left = diffService(spec.running, undefined);
  const action = { ...BY_INTENT, spec: spec.running, observed: observed?.running, changes: left };
  await applyService(action, context);
}

/** What is started comes before what starts it, and goes after it. */
function filesOf(
  { timer, service, isAbsent }: TimerSpec,
  observed: TimerObserved | undefined,
): readonly KindAction<SystemdUnitSpec, SystemdUnitObserved>[] {
  const action = (spec: SystemdUnitSpec, found: SystemdUnitObserved | undefined) =>
    ({ ...BY_INTENT, spec, observed: found, changes: diffSystemdUnit(spec, found) }) as const;
  const both = [action(service, observed?.service), action(timer, observed?.timer)];
  return isAbsent ? both.toReversed() : both;
}
