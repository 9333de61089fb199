import type { Change, JsonObject } from "@holdfast/core";
import { diffService, fingerprintService, serviceDetails } from "../service/diff.ts";
import { diffSystemdUnit, fingerprintSystemdUnit } from "../systemd-unit/diff.ts";
import type { SystemdUnitObserved } from "../systemd-unit/observe.ts";
import type { TimerInput } from "./fields.ts";
import type { TimerObserved } from "./observe.ts";
import type { TimerSpec } from "./spec.ts";

/** Compares both files and what systemd does with the timer. */
export function diffTimer(
  { timer, service, running, isAbsent }: TimerSpec,
  observed: TimerObserved | undefined,
): readonly Change[] {
  const files = [
    ...under("timer", diffSystemdUnit(timer, observed?.timer)),
    ...under("service", diffSystemdUnit(service, observed?.service)),
  ];
  return isAbsent ? files : [...files, ...diffService(running, observed?.running)];
}

function under(unit: string, changes: readonly Change[]): readonly Change[] {
  return changes.map((one) => ({ ...one, path: `${unit}.${one.path}` }));
}

/** The state of both as a short text. */
export function fingerprintTimer({ timer, service, running }: TimerObserved): string {
  const file = (unit: SystemdUnitObserved | undefined): string =>
    unit === undefined ? "-" : fingerprintSystemdUnit(unit);
  const state = running === undefined ? "-" : fingerprintService(running);
  return `${file(timer)} ${file(service)} ${state}`;
}

/** What `holdfast status` shows of a timer. */
export function timerDetails({ running }: TimerObserved): JsonObject {
  return running === undefined ? {} : serviceDetails(running);
}

/** A timer that is as declared is what was written; another one is not put into the words of this kind. */
export function describeTimer(spec: TimerSpec, observed: TimerObserved): TimerInput | undefined {
  return !spec.isAbsent && diffTimer(spec, observed).length === 0 ? spec.input : undefined;
}
