import {
  type Container,
  Fault,
  type NewContainer,
  toFault,
  type WriteContext,
} from "@holdfast/core";
import { awaitHealth } from "./await-health.ts";
import { ENDED } from "./diff.ts";
import type { ContainerObserved } from "./observe.ts";
import { REPLACED_LABEL, SPEC_LABEL } from "./recorded-fields.ts";
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
  { current, ...found }: ContainerObserved & { readonly current: Container },
  context: WriteContext,
): Promise<void> {
  const { name, definition } = spec;
  const { containers } = context.host;
  const newId = await prepare(spec, found, context);
  const { replaced } = found;
  // What an earlier replacement left to go back to is needed as long as nothing has shown that what came after it is well.
  const unproven = replaced !== undefined && !(await isWell(spec, current, context));
  if (replaced !== undefined && !unproven)
    await containers.remove(name + OLD_SUFFIX, context.signal);
  const back: WayBack = unproven
    ? { newId, oldId: replaced.id, runs: spec.isRunning }
    : { newId, oldId: current.id, runs: !ENDED.has(current.status) };
  context.progress(`stopping ${name} to replace it`);
  await orRollBack(spec, back, context, async () => {
    await containers.stop({ name, graceSeconds: definition.stopGraceSeconds }, context.signal);
    if (unproven) await containers.remove(name, context.signal);
    else await containers.rename({ name, to: name + OLD_SUFFIX }, context.signal);
    await moveIn(spec, context);
  });
  await containers.remove(name + OLD_SUFFIX, context.signal);
}

/** The new one is in its place and the old one is still there: nobody knows yet whether the new one is well. */
export async function finishReplacement(
  spec: ContainerSpec,
  { current, replaced }: { readonly current: Container; readonly replaced: Container },
  context: WriteContext,
): Promise<void> {
  const { name, isRunning } = spec;
  const { containers } = context.host;
  const back = { newId: current.id, oldId: replaced.id, runs: isRunning };
  await orRollBack(spec, back, context, async () => {
    await bringTo(spec, current.status, context);
    if (isRunning) await awaitHealth(spec, context);
  });
  await containers.remove(name + OLD_SUFFIX, context.signal);
}

/** Starts a container, or stops it, whatever it does now. */
export async function bringTo(
  { name, isRunning, definition }: ContainerSpec,
  status: string,
  { host: { containers }, signal }: WriteContext,
): Promise<void> {
  if (status === "paused") await containers.unpause(name, signal);
  if (isRunning) return containers.start(name, signal);
  await containers.stop({ name, graceSeconds: definition.stopGraceSeconds }, signal);
}

/** Whether what is in its place runs, and proves to be well. */
async function isWell(
  spec: ContainerSpec,
  { status }: Container,
  context: WriteContext,
): Promise<boolean> {
  if (status !== "running") return false;
  try {
    await awaitHealth(spec, context);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.reason === "ContainerFailed") return false;
    throw error;
  }
}

/** The image is on the machine, and the new container is made beside the old one. Returns its id. */
async function prepare(
  spec: ContainerSpec,
  { image, replacement, container: old }: ContainerObserved,
  context: WriteContext,
): Promise<string | undefined> {
  const { name, networks } = spec;
  const { host, signal } = context;
  await provideImage(spec, image !== undefined, context);
  if (replacement !== undefined) await host.containers.remove(name + NEW_SUFFIX, signal);
  const container: NewContainer = {
    ...spec.definition,
    name: name + NEW_SUFFIX,
    image: spec.image,
    labels: {
      ...spec.labels,
      [SPEC_LABEL]: JSON.stringify(spec.recorded),
      ...(old === undefined ? {} : { [REPLACED_LABEL]: old.id }),
    },
    limits: spec.limits,
    ...(networks === undefined ? {} : { networks }),
  };
  await host.containers.create(container, signal);
  return (await host.containers.containers([container.name], signal)).get(container.name)?.id;
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

/** What a replacement that fails goes back to. It touches nothing else, whatever has one of the names meanwhile. */
interface WayBack {
  readonly newId: string | undefined;
  readonly oldId: string;
  /** The old one ran, was paused or was being started again: it had not ended. */
  readonly runs: boolean;
}

/** Does it, and where it fails gives the old container its place back. What is aborted is finished by the next apply. */
async function orRollBack(
  spec: ContainerSpec,
  back: WayBack,
  context: WriteContext,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    context.signal.throwIfAborted();
    const fault = toFault(error);
    const isBack = await rollBack(spec, back, context);
    // To try again by itself would stop what runs well again and again.
    throw new Fault({
      reason: fault.reason,
      message: isBack
        ? `${fault.message}; the container before it is back in its place`
        : fault.message,
      resolution: fault.resolution,
      retry: fault.reason === "ContainerFailed" ? "never" : fault.retry,
      cause: fault,
    });
  }
}

/** Returns whether the old one is in its place. */
async function rollBack(
  { name }: ContainerSpec,
  { newId, oldId, runs }: WayBack,
  { host: { containers }, signal }: WriteContext,
): Promise<boolean> {
  const idOf = async (each: string): Promise<string | undefined> =>
    (await containers.containers([each], signal)).get(each)?.id;
  for (const each of [name + NEW_SUFFIX, name]) {
    const id = await idOf(each);
    if (id !== undefined && id === newId) await containers.remove(each, signal);
  }
  const isFree = (await idOf(name)) === undefined;
  if (isFree && (await idOf(name + OLD_SUFFIX)) === oldId)
    await containers.rename({ name: name + OLD_SUFFIX, to: name }, signal);
  const isBack = (await idOf(name)) === oldId;
  if (isBack && runs) await containers.start(name, signal);
  return isBack;
}
