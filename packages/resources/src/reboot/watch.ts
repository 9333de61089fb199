import type { RebootSpec } from "./spec.ts";

/** The path that requires it. Nothing else changes within one boot without the agent. */
export function watchedPathsOfReboot({ requiredBy }: RebootSpec): readonly string[] {
  return requiredBy === undefined ? [] : [requiredBy];
}
