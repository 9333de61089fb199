import type { ContainerNetwork, KindAction, WriteContext } from "@holdfast/core";
import { diffContainerNetwork } from "./diff.ts";
import type { ContainerNetworkSpec } from "./spec.ts";

/**
 * Makes a network, or removes it. No engine changes one that is there, so it is made anew, as long as no container has it.
 * @throws {Fault} ContainerInUse, naming who has it; ContainerFailed, where the engine does not make it;
 *   ContainersUnavailable; NotPrivileged.
 */
export async function applyContainerNetwork(
  { spec, changes }: KindAction<ContainerNetworkSpec, ContainerNetwork>,
  { host, signal }: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const { isAbsent, ...network } = spec;
  const { name, subnets = [] } = network;
  const found = (await host.containers.networks([name], signal)).get(name);
  if (diffContainerNetwork(spec, found).length === 0) return;
  if (found !== undefined) await host.containers.removeNetwork(name, signal);
  if (!isAbsent) await host.containers.createNetwork({ ...network, subnets }, signal);
}
