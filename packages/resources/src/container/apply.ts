import { Fault, type KindAction, type WriteContext } from "@holdfast/core";
import { compareContainer, diffContainer } from "./diff.ts";
import { type ContainerObserved, readContainer } from "./observe.ts";
import { readRecorded } from "./recorded-fields.ts";
import { bringTo, finishReplacement, makeContainer, replaceContainer } from "./replace.ts";
import { awaitRunning } from "./await-health.ts";
import { type ContainerSpec, NEW_SUFFIX, OLD_SUFFIX } from "./spec.ts";

/**
 * Makes, changes, replaces or removes a container. What a replacement that was cut off has left is put right first.
 * @throws {Fault} AlreadyExists, of a container that Holdfast did not make; ImageUnavailable, before anything is stopped;
 *   ContainerFailed, when it does not run or does not get healthy: a replacement is rolled back then;
 *   ContainersUnavailable; NotPrivileged.
 */
export async function applyContainer(
  { spec, changes }: KindAction<ContainerSpec, ContainerObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const found = await readContainer(spec, context);
  if (diffContainer(spec, found).length === 0) return;
  refuseForeign(spec, found);
  if (spec.isAbsent) return removeContainer(spec, found, context);
  const now = await putBack(spec, found, context);
  const { container } = now;
  if (container === undefined) {
    refuseTaken(spec, now, [NEW_SUFFIX]);
    return makeContainer(spec, now, context);
  }
  const { replacing } = compareContainer(spec, container, now);
  if (replacing.length === 0) return changeInPlace(spec, now, context);
  refuseTaken(spec, now, [NEW_SUFFIX, OLD_SUFFIX]);
  await replaceContainer(spec, { ...now, current: container }, context);
}

/** Neither is removed what somebody else calls so, nor is anything stopped that could not be put aside. */
function refuseTaken(
  { name }: ContainerSpec,
  { taken = [] }: ContainerObserved,
  suffixes: readonly string[],
): void {
  const first = suffixes.map((suffix) => name + suffix).find((each) => taken.includes(each));
  if (first === undefined) return;
  throw new Fault({
    reason: "AlreadyExists",
    message: `${first} is a container that Holdfast did not make, and its name is needed to make or replace ${name}`,
    resolution: "Rename or remove it.",
  });
}

/** A container of somebody else stays, unless its author says otherwise. */
function refuseForeign({ name, force }: ContainerSpec, { container }: ContainerObserved): void {
  if (container === undefined || force || readRecorded(container) !== undefined) return;
  throw new Fault({
    reason: "AlreadyExists",
    message: `${name} is a container that Holdfast did not make`,
    resolution: "Choose another name, or write force: true, which replaces or removes it.",
  });
}

/** Where only the old one is left of a replacement, it gets its name back: from there it is as if nothing had been begun. */
async function putBack(
  spec: ContainerSpec,
  found: ContainerObserved,
  context: WriteContext,
): Promise<ContainerObserved> {
  if (found.container !== undefined || found.replaced === undefined) return found;
  const { host, signal } = context;
  await host.containers.rename({ name: found.replaced.name, to: spec.name }, signal);
  return readContainer(spec, context);
}

async function removeContainer(
  { name, definition }: ContainerSpec,
  { container, replacement, replaced }: ContainerObserved,
  { host, signal }: WriteContext,
): Promise<void> {
  const graceSeconds = definition.stopGraceSeconds;
  if (replacement !== undefined) await host.containers.remove(name + NEW_SUFFIX, signal);
  if (replaced !== undefined) await host.containers.remove(name + OLD_SUFFIX, signal);
  if (container === undefined) return;
  await host.containers.stop({ name, graceSeconds }, signal);
  await host.containers.remove(name, signal);
}

async function changeInPlace(
  spec: ContainerSpec,
  found: ContainerObserved,
  context: WriteContext,
): Promise<void> {
  const { name } = spec;
  const { host, signal } = context;
  const { container, replacement, replaced } = found;
  if (container === undefined) return;
  const { limits, state } = compareContainer(spec, container, found);
  if (replacement !== undefined) await host.containers.remove(name + NEW_SUFFIX, signal);
  if (limits.length > 0) await host.containers.update({ name, limits: spec.limits }, signal);
  await changeNetworks(spec, container.networks, context);
  if (replaced !== undefined)
    return finishReplacement(spec, { current: container, replaced }, context);
  if (state.length === 0) return;
  await bringTo(spec, container.status, context);
  if (spec.isRunning) await awaitRunning(name, context);
}

/** Joins before it leaves, so that it is never in none. */
async function changeNetworks(
  { name, networks }: ContainerSpec,
  current: readonly string[],
  { host, signal }: WriteContext,
): Promise<void> {
  if (typeof networks !== "object") return;
  for (const network of networks.filter((each) => !current.includes(each))) {
    await host.containers.connect({ container: name, network, alias: name }, signal);
  }
  for (const network of current.filter((each) => !networks.includes(each))) {
    await host.containers.disconnect({ container: name, network }, signal);
  }
}
