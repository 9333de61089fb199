import type { KernelModuleSpec } from "./spec.ts";

/** The files of a module. */
export function watchedPathsOfKernelModule({ load, rules }: KernelModuleSpec): readonly string[] {
  return [load.path, rules.path];
}
