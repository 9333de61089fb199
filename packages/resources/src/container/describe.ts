import type { Container, ContainerLimits } from "@holdfast/core";
import { diffContainer } from "./diff.ts";
import { type ContainerInput, containerSchema } from "./fields.ts";
import type { ContainerObserved } from "./observe.ts";
import { readRecorded, recordedNames } from "./recorded-fields.ts";
import { bindContainer, type ContainerSpec } from "./spec.ts";

/** A container of ours as an author would write it; of anybody else's nothing says what its author wrote. */
export function describeContainer(
  { name }: ContainerSpec,
  observed: ContainerObserved,
): ContainerInput | undefined {
  const { container } = observed;
  const recorded = container && readRecorded(container);
  if (container === undefined || recorded === undefined) return undefined;
  const { env: _names, ...fields } = recorded;
  const read = containerSchema.safeParse({
    ...fields,
    ...envOf(container, recordedNames(recorded)),
    ...(recorded["networks"] === undefined && container.networks.length > 0
      ? { networks: container.networks }
      : {}),
    ...limitsOf(container.limits),
    state: container.status === "running" ? "running" : "stopped",
  });
  if (!read.success) return undefined;
  let isPossible = true;
  const spec = bindContainer(name, read.data, () => {
    isPossible = false;
  });
  return isPossible && diffContainer(spec, observed).length === 0 ? read.data : undefined;
}

function envOf({ env }: Container, names: readonly string[]): Pick<ContainerInput, "env"> {
  if (names.length === 0) return {};
  return { env: Object.fromEntries(names.map((name) => [name, env[name] ?? ""])) };
}

function limitsOf(limits: Required<ContainerLimits>): Pick<ContainerInput, "limits" | "restart"> {
  const { restart, memoryBytes, cpus, pids } = limits;
  const some = {
    ...(memoryBytes > 0 ? { memory: memoryBytes } : {}),
    ...(cpus > 0 ? { cpus } : {}),
    ...(pids > 0 ? { pids } : {}),
  };
  return { restart, ...(Object.keys(some).length > 0 ? { limits: some } : {}) };
}
