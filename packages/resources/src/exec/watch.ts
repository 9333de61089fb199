import type { ExecSpec } from "./spec.ts";

/** The path a command creates: without it the command has to run again. Other guards are asked on the resync. */
export function watchedPathsOfExec({ creates }: ExecSpec): readonly string[] {
  return creates === undefined ? [] : [creates];
}
