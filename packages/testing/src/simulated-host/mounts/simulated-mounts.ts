import type { FileReader, MountWriter } from "@holdfast/core";
import { createMounts } from "@holdfast/host";
import type { SimulatedKernel } from "../kernel/kernel.ts";
import { SimulatedMountSystem } from "./simulated-mount-system.ts";

/** Mounts of a simulated machine, and what can happen to them. */
export interface SimulatedMounts extends MountWriter {
  readonly system: SimulatedMountSystem;
}

/** Production mounts over a simulated kernel. */
export function simulatedMounts(
  kernel: SimulatedKernel,
  { root, files }: { readonly root: string; readonly files: FileReader },
): SimulatedMounts {
  const system = new SimulatedMountSystem(kernel, { root });
  return { ...createMounts({ system, files }), system };
}
