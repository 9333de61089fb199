import { ABSENT, type Observation, present, type ReadContext } from "@holdfast/core";
import { observedOf, type ServiceObserved } from "../service/observe.ts";
import {
  observeSystemdUnit,
  snapshotSystemdUnits,
  type SystemdUnitObserved,
  type SystemdUnitSnapshot,
} from "../systemd-unit/observe.ts";
import type { TimerSpec } from "./spec.ts";

/** What is there of a timer and its service; `undefined` where nothing is. */
export interface TimerObserved {
  readonly timer: SystemdUnitObserved | undefined;
  readonly service: SystemdUnitObserved | undefined;
  readonly running: ServiceObserved | undefined;
}

/** Reads the files and observes the units of all timers at once. */
export function snapshotTimers(
  specs: readonly TimerSpec[],
  context: ReadContext,
): Promise<SystemdUnitSnapshot> {
  return snapshotSystemdUnits(
    specs.flatMap(({ timer, service }) => [timer, service]),
    context,
  );
}

/** Observes one timer, in the snapshot where it is in it. */
export async function observeTimer(
  spec: TimerSpec,
  context: ReadContext<SystemdUnitSnapshot>,
): Promise<Observation<TimerObserved>> {
  const isInIt = context.snapshot?.files.readings.has(spec.timer.file) === true;
  const snapshot = isInIt
    ? context.snapshot
    : await snapshotTimers([spec], { ...context, snapshot: undefined });
  const timer = await observeSystemdUnit(spec.timer, { ...context, snapshot });
  const service = await observeSystemdUnit(spec.service, { ...context, snapshot });
  for (const each of [timer, service]) if (each.type === "unknown") return each;
  if (timer.type === "absent" && service.type === "absent") return ABSENT;
  const unit = snapshot?.units.get(spec.unit) ?? ABSENT;
  return present({
    timer: valueOf(timer),
    service: valueOf(service),
    running: unit.type === "present" ? observedOf(unit.value) : undefined,
  });
}

function valueOf<T>(observation: Observation<T>): T | undefined {
  return observation.type === "present" ? observation.value : undefined;
}
