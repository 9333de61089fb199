import {
  ABSENT,
  type Container,
  type ContainerImage,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";
import { readRecorded, REPLACED_LABEL } from "./recorded-fields.ts";
import { type ContainerSpec, NEW_SUFFIX, OLD_SUFFIX } from "./spec.ts";

/** A container, and what is beside it. */
export interface ContainerObserved {
  /** `undefined`: there is none of the name. */
  readonly container?: Container;
  /** The image that the spec names, as it is on the machine; `undefined`: it is not there. */
  readonly image?: ContainerImage;
  /** What a replacement that was cut off has left: the new one not in its place yet, the old one not removed. */
  readonly replacement?: Container;
  readonly replaced?: Container;
  /** Names that a replacement needs, and that containers of somebody else have; left out where there are none. */
  readonly taken?: readonly string[];
}

/** One bulk read for all. */
export interface ContainerSnapshot {
  readonly containers: ReadonlyMap<string, Container>;
  readonly images: ReadonlyMap<string, ContainerImage>;
  readonly specs: ReadonlySet<ContainerSpec>;
}

type Context = Pick<ReadContext, "host" | "signal">;

/** Reads all containers and their images. */
export async function snapshotContainers(
  specs: readonly ContainerSpec[],
  { host, signal }: Context,
): Promise<ContainerSnapshot> {
  const names = specs.flatMap(({ name }) => [name, name + NEW_SUFFIX, name + OLD_SUFFIX]);
  const references = specs.filter(({ isAbsent }) => !isAbsent).map(({ image }) => image);
  return {
    containers: await host.containers.containers(names, signal),
    images: await host.containers.images(references, signal),
    specs: new Set(specs),
  };
}

/** Observes one container, in the snapshot where it was made for it. */
export async function observeContainer(
  spec: ContainerSpec,
  context: ReadContext<ContainerSnapshot>,
): Promise<Observation<ContainerObserved>> {
  const { snapshot } = context;
  const observed = snapshot?.specs.has(spec)
    ? observedIn(spec, snapshot)
    : await readContainer(spec, context);
  const { container, replacement, replaced } = observed;
  const isThere = (container ?? replacement ?? replaced) !== undefined;
  return isThere ? present(observed) : ABSENT;
}

/** What is there now. */
export async function readContainer(
  spec: ContainerSpec,
  context: Context,
): Promise<ContainerObserved> {
  return observedIn(spec, await snapshotContainers([spec], context));
}

function observedIn(
  { name, image }: ContainerSpec,
  { containers, images }: ContainerSnapshot,
): ContainerObserved {
  const container = containers.get(name);
  const there = images.get(image);
  const [besideNew, besideOld] = [name + NEW_SUFFIX, name + OLD_SUFFIX].map((each) =>
    containers.get(each),
  );
  const replacement = isOurs(besideNew) ? besideNew : undefined;
  // What was adopted has no label of ours: whatever replaced it says that it did.
  const isReplaced = [container, replacement].some((each) => hasReplaced(each, besideOld));
  const replaced = isOurs(besideOld) || isReplaced ? besideOld : undefined;
  const taken = [besideNew, besideOld].filter(
    (each) => each !== undefined && each !== replacement && each !== replaced,
  );
  return {
    ...(container === undefined ? {} : { container }),
    ...(there === undefined ? {} : { image: there }),
    ...(replacement === undefined ? {} : { replacement }),
    ...(replaced === undefined ? {} : { replaced }),
    ...(taken.length === 0 ? {} : { taken: taken.flatMap((each) => each?.name ?? []) }),
  };
}

/** Whoever else uses such a name keeps it. */
function isOurs(container: Container | undefined): boolean {
  return container !== undefined && readRecorded(container) !== undefined;
}

function hasReplaced(container: Container | undefined, old: Container | undefined): boolean {
  return isOurs(container) && old !== undefined && container?.labels[REPLACED_LABEL] === old.id;
}
