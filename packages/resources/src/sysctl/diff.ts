import { type Change, change } from "@holdfast/core";
import { fingerprintFile } from "../file/diff.ts";
import { diffPart } from "../rendered-file/rendered-file.ts";
import { isOverridden, type SysctlObserved } from "./observe.ts";
import { comparableValue, type SysctlSpec } from "./spec.ts";

/** The part of a resource that counts at boot. */
export const PERSISTED = "persisted";
/** The change that says that something else counts at boot. */
export const OVERRIDE = "persisted.override";

/** Compares the running kernel and what sets it at boot with a spec: each by itself. */
export function diffSysctl(
  spec: SysctlSpec,
  observed: SysctlObserved | undefined,
): readonly Change[] {
  const { value, isLive, dropIn } = spec;
  const live = observed?.live?.value;
  const override = observed?.override;
  const isSame = live !== undefined && comparableValue(live) === comparableValue(value);
  return [
    ...(isLive && !isSame ? [change("live", live, value)] : []),
    ...diffPart(PERSISTED, dropIn, observed?.dropIn),
    ...(override !== undefined && isOverridden(value, override)
      ? [change(OVERRIDE, `${override.value} in ${override.path}`, undefined)]
      : []),
  ];
}

/** The state of a key as a short text. */
export function fingerprintSysctl({ live, dropIn, override }: SysctlObserved): string {
  const file = dropIn === undefined ? "-" : fingerprintFile(dropIn);
  return JSON.stringify([live ?? null, file, override ?? null]);
}
