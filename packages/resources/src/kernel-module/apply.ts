import type { KindAction, WriteContext } from "@holdfast/core";
import { applyPart } from "../rendered-file/rendered-file.ts";
import { LOAD, RULES } from "./diff.ts";
import type { KernelModuleObserved } from "./observe.ts";
import type { KernelModuleSpec } from "./spec.ts";

/** Writes what modprobe is to know first: a boot in between loads nothing without its options. */
export async function applyKernelModule(
  action: KindAction<KernelModuleSpec, KernelModuleObserved>,
  context: WriteContext,
): Promise<void> {
  const { spec, observed } = action;
  await applyPart(RULES, { ...action, spec: spec.rules, observed: observed?.rules }, context);
  await applyPart(LOAD, { ...action, spec: spec.load, observed: observed?.load }, context);
}
