import { type Change, change } from "@holdfast/core";
import type { ExecObserved } from "./observe.ts";
import type { ExecSpec } from "./spec.ts";

/** A command has run or has yet to. */
export function diffExec(_spec: ExecSpec, observed: ExecObserved | undefined): readonly Change[] {
  return observed?.ran === true ? [] : [change("ran", false, true)];
}

/** Whether the command has run, as a short text. */
export function fingerprintExec({ ran }: ExecObserved): string {
  return ran ? "ran" : "to run";
}
