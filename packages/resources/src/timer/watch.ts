import type { TimerSpec } from "./spec.ts";

/** The units that a timer consists of. */
export function watchedUnitsOfTimer({ timer, service }: TimerSpec): readonly string[] {
  return [timer.unit, service.unit];
}
