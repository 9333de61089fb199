import { type Change, change } from "@holdfast/core";
import type { RebootObserved } from "./observe.ts";
import type { RebootSpec } from "./spec.ts";

/** The machine has booted again, or has yet to. */
export function diffReboot(
  _spec: RebootSpec,
  observed: RebootObserved | undefined,
): readonly Change[] {
  return observed === undefined || observed.state === "due"
    ? [change("rebooted", false, true)]
    : [];
}

/** How far a reboot is, as a short text. */
export function fingerprintReboot({ state }: RebootObserved): string {
  return state;
}
