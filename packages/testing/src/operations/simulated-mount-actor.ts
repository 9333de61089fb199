import { mountsIn, type MountTool, swapsIn } from "@holdfast/host";
import { mountLines } from "./mount-lines.ts";
import type { SimulatedKernel } from "../simulated-host/kernel/kernel.ts";
import type { SimulatedMountSystem } from "../simulated-host/mounts/simulated-mount-system.ts";
import type { MountActor } from "./mount-operation.ts";

/** An administrator of a simulated machine's mounts, for whom no time passes. */
export function simulatedMountActor(system: SimulatedMountSystem): MountActor {
  const run = (tool: MountTool, options: readonly string[], ...operands: string[]): void =>
    void system.runNow({ tool, options, operands, timeoutMs: 0 });
  return {
    mount: (path, options) => run("mount", ["-t", "tmpfs", "-o", options], "theirs", path),
    unmount: (path) => run("umount", ["--lazy"], path),
    remount: (path, options) => run("mount", ["-o", `remount,bind,${options}`], "theirs", path),
    swapOn: (path) => run("swapon", [], path),
    swapOff: (path) => run("swapoff", [], path),
  };
}

/** What is mounted and swapped to, as lines of a machine's tree. */
export function simulatedMountLines(
  { swapAreas }: SimulatedMountSystem,
  kernel: SimulatedKernel,
): readonly string[] {
  const mounts = mountsIn(kernel.calls.mountInfo());
  return mountLines({ mounts, swaps: swapsIn(swapAreas.text()) });
}
