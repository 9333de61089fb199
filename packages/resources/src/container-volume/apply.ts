import { type ContainerVolume, Fault, type KindAction, type WriteContext } from "@holdfast/core";
import { diffContainerVolume } from "./diff.ts";
import type { ContainerVolumeSpec } from "./spec.ts";

/**
 * Makes a volume; removes one, or makes it anew, only where its author has said that its content may be lost.
 * @throws {Fault} OperationRefused, where something would be lost; ContainerInUse, naming who has it; ContainerFailed;
 *   ContainersUnavailable; NotPrivileged.
 */
export async function applyContainerVolume(
  { spec, changes }: KindAction<ContainerVolumeSpec, ContainerVolume>,
  { host, signal }: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const { isAbsent, force, ...volume } = spec;
  const { name } = volume;
  const found = (await host.containers.volumes([name], signal)).get(name);
  if (diffContainerVolume(spec, found).length === 0) return;
  if (found !== undefined) {
    if (!force) throw wouldBeLost(name);
    await host.containers.removeVolume(name, signal);
  }
  if (!isAbsent) await host.containers.createVolume(volume, signal);
}

function wouldBeLost(name: string): Fault {
  return new Fault({
    reason: "OperationRefused",
    message: `no engine changes a volume, and ${name} would be made anew, without what is in it`,
    resolution: "Declare it as it is, or write force: true if nobody needs what is in it.",
  });
}
