import {
  ABSENT,
  type ActiveState,
  type Enablement,
  type Lasting,
  type Observation,
  present,
  type ReadContext,
  type UnitReading,
} from "@holdfast/core";
import type { ServiceSpec } from "./spec.ts";

/** What is there of a unit, as far as it decides anything. */
export interface ServiceObserved {
  /** Its own name: another one than declared when that is an alias. */
  readonly name: string;
  /** `undefined` in another root, where nothing runs. */
  readonly active: ActiveState | undefined;
  /** Finer than `active`, for people. */
  readonly sub: string | undefined;
  /** `undefined` where it has no file, or a mask hides how it is enabled. */
  readonly enablement: Enablement | undefined;
  readonly mask: Lasting | undefined;
  /** Where its file is, apart from a mask; `undefined` when there is none. */
  readonly path: string | undefined;
}

/** All units that were asked for, by their declared names. */
export type ServiceSnapshot = ReadonlyMap<string, Observation<UnitReading>>;

/** Asks for all units at once. */
export async function snapshotServices(
  specs: readonly ServiceSpec[],
  { host, signal }: ReadContext,
): Promise<ServiceSnapshot> {
  const units = [...new Set(specs.map(({ unit }) => unit))];
  const requests = units.map((unit) => ({ unit }));
  const found = await host.services.observeMany(requests, signal);
  return new Map(units.map((unit, at) => [unit, found[at] ?? ABSENT]));
}

/** Observes one unit, in the snapshot where it is in it. */
export function observeService(
  spec: ServiceSpec,
  context: ReadContext<ServiceSnapshot>,
): Observation<ServiceObserved> | Promise<Observation<ServiceObserved>> {
  const found = context.snapshot?.get(spec.unit);
  return found === undefined ? observeAlone(spec, context) : observationOf(found);
}

async function observeAlone(
  { unit }: ServiceSpec,
  { host, signal }: ReadContext<ServiceSnapshot>,
): Promise<Observation<ServiceObserved>> {
  const [found = ABSENT] = await host.services.observeMany([{ unit }], signal);
  return observationOf(found);
}

function observationOf(found: Observation<UnitReading>): Observation<ServiceObserved> {
  return found.type === "present" ? present(observedOf(found.value)) : found;
}

/** What decides anything of what was read of a unit. */
export function observedOf(reading: UnitReading): ServiceObserved {
  const { name, runtime, enablement, mask, path } = reading;
  return { name, active: runtime?.active, sub: runtime?.sub, enablement, mask, path };
}
