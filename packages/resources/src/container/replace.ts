import { Fault, type NewContainer, toFault, type WriteContext } from "@holdfast/core";
import { awaitHealth } from "./await-health.ts";
import type { ContainerObserved } from "./observe.ts";
import { SPEC_LABEL } from "./recorded-fields.ts";
import { type ContainerSpec, NEW_SUFFIX, OLD_SUFFIX } from "./spec.ts";

/** Makes the first container of a spec. One that does not run on stays, so that it can be seen why. */
export async function makeContainer(
  spec: ContainerSpec,
  found: ContainerObserved,
  context: WriteContext,
): Promise<void> {
  await prepare(spec, found, context);
  await moveIn(spec, context);
}

/**
 * Another container in the place of one that is there. Everything that may be refused beforehand is: the image is there and
 * the new container is made before the old one is stopped. The old one is kept until the new one is well, and gets its
 * place back when it is not.
 */
export async function replaceContainer(
  spec: ContainerSpec,
  found: ContainerObserved,
  context: WriteContext,
): Promise<void> {
  const { name, definition } = spec;
  const { containers } = context.host;
  await prepare(spec, found, context);
  // Of two old ones the one in its place is the better.
  if (found.replaced !== undefined) await containers.remove(name + OLD_SUFFIX, context.signal);
  context.progress(`stopping ${name} to replace it`);
  await orRollBack(spec, context, async () => {
    await containers.stop({ name, graceSeconds: definition.stopGraceSeconds }, context.signal);
    await containers.rename({ name, to: name + OLD_SUFFIX }, context.signal);
    await moveIn(spec, context);
  });
  await containers.remove(name + OLD_SUFFIX, context.signal);
}

/** The new one is in its place and the old one is still there: nobody knows yet whether the new one is well. */
export async function finishReplacement(spec: ContainerSpec, context: WriteContext): Promise<void> {
  const { name, isRunning } = spec;
  const { containers } = context.host;
  await orRollBack(spec, context, async () => {
    if (!isRunning) return;
    await containers.start(name, context.signal);
    await awaitHealth(spec, context);
  });
  await containers.remove(name + OLD_SUFFIX, context.signal);
}

/** The image is on the machine, and the new container is made beside the old one. */
async function prepare(
  spec: ContainerSpec,
  { image, replacement }: ContainerObserved,
  context: WriteContext,
): Promise<void> {
  const { name, networks } = spec;
  const { host, signal } = context;
  await provideImage(spec, image !== undefined, context);
  if (replacement !== undefined) await host.containers.remove(name + NEW_SUFFIX, signal);
  const container: NewContainer = {
    ...spec.definition,
    name: name + NEW_SUFFIX,
    image: spec.image,
    labels: { ...spec.labels, [SPEC_LABEL]: JSON.stringify(spec.recorded) },
    limits: spec.limits,
    ...(networks === undefined ? {} : { networks }),
  };
  await host.containers.create(container, signal);
}

async function provideImage(
  { image, pull, credentials }: ContainerSpec,
  isThere: boolean,
  { host, signal, progress }: WriteContext,
): Promise<void> {
  if (isThere && pull !== "always") return;
  if (pull === "never") {
    throw new Fault({
      reason: "ImageUnavailable",
      message: `${image} is not on this machine, and pull: never forbids to pull it`,
      resolution: "Bring the image to the machine, or leave pull out.",
    });
  }
  progress(`pulling ${image}`);
  const login = credentials === undefined ? {} : { credentials };
  await host.containers.pull({ reference: image, ...login }, signal);
}

async function moveIn(spec: ContainerSpec, context: WriteContext): Promise<void> {
  const { name, isRunning } = spec;
  const { host, signal } = context;
  await host.containers.rename({ name: name + NEW_SUFFIX, to: name }, signal);
  if (!isRunning) return;
  await host.containers.start(name, signal);
  await awaitHealth(spec, context);
}

/** Does it, and where it fails gives the old container its place back. What is aborted is finished by the next apply. */
async function orRollBack(
  spec: ContainerSpec,
  context: WriteContext,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    context.signal.throwIfAborted();
    const fault = toFault(error);
    await rollBack(spec, context);
    // To try again by itself would stop what runs well again and again.
    throw new Fault({
      reason: fault.reason,
      message: `${fault.message}; the container before it is back in its place`,
      resolution: fault.resolution,
      retry: fault.reason === "ContainerFailed" ? "never" : fault.retry,
      cause: fault,
    });
  }
}

async function rollBack({ name, isRunning }: ContainerSpec, context: WriteContext): Promise<void> {
  const { host, signal } = context;
  const old = name + OLD_SUFFIX;
  const there = await host.containers.containers([name, old, name + NEW_SUFFIX], signal);
  if (there.has(old)) {
    if (there.has(name)) await host.containers.remove(name, signal);
    await host.containers.rename({ name: old, to: name }, signal);
  }
  if (there.has(name + NEW_SUFFIX)) await host.containers.remove(name + NEW_SUFFIX, signal);
  if (isRunning) await host.containers.start(name, signal);
}
