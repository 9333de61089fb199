import type { Change, JsonObject } from "@holdfast/core";
import { fingerprintFile } from "../file/diff.ts";
import { diffPart } from "../rendered-file/rendered-file.ts";
import type { KernelModuleObserved } from "./observe.ts";
import type { KernelModuleSpec } from "./spec.ts";

/** The part that is read at boot. */
export const LOAD = "load";
/** The part that modprobe reads. */
export const RULES = "modprobe";

/** Compares what is kept about a module. That it is loaded is reported, and no difference: it takes more than a file. */
export function diffKernelModule(
  { load, rules }: KernelModuleSpec,
  observed: KernelModuleObserved | undefined,
): readonly Change[] {
  return [...diffPart(LOAD, load, observed?.load), ...diffPart(RULES, rules, observed?.rules)];
}

/** What is kept about a module as a short text. */
export function fingerprintKernelModule({ load, rules }: KernelModuleObserved): string {
  return [load, rules].map((file) => (file === undefined ? "-" : fingerprintFile(file))).join(" ");
}

/** Whether the kernel has it now. */
export function kernelModuleDetails({ isLoaded }: KernelModuleObserved): JsonObject {
  return isLoaded === undefined ? {} : { loaded: isLoaded };
}
