import {
  type Change,
  change,
  type Container,
  type ContainerLimits,
  isSameData,
  type Json,
  type JsonObject,
} from "@holdfast/core";
import { fingerprintOf } from "../fingerprint.ts";
import type { ContainerObserved } from "./observe.ts";
import { readRecorded, recordedNames } from "./recorded-fields.ts";
import type { ContainerSpec } from "./spec.ts";

const SHORT_ID = 12;
const SHORT_DIGEST = "sha256:".length + SHORT_ID;
/** What a container is called that does not run. Podman says `stopped` for a moment before it says `exited`. */
export const ENDED: ReadonlySet<string> = new Set(["created", "exited", "stopped", "dead"]);

/** What differs, and how it is put right. */
export interface ContainerChanges {
  /** What only another container can have. */
  readonly replacing: readonly Change[];
  /** What is changed in place. */
  readonly limits: readonly Change[];
  readonly networks: readonly Change[];
  readonly state: readonly Change[];
}

/** Compares a container with its spec. A container that must be replaced says for which fields. */
export function diffContainer(
  spec: ContainerSpec,
  observed: ContainerObserved | undefined,
): readonly Change[] {
  const { container } = observed ?? {};
  const left = leftBehind(observed);
  if (spec.isAbsent) {
    const isThere = container !== undefined || left.length > 0;
    return isThere ? [change("state", "present", "absent")] : [];
  }
  if (container === undefined) {
    const state = spec.isRunning ? "running" : "stopped";
    return [change("state", undefined, state), change("image", undefined, spec.image), ...left];
  }
  const { replacing, limits, networks, state } = compareContainer(spec, container, observed);
  return [...announced(container, replacing), ...limits, ...networks, ...state, ...left];
}

/** Compares a container that is there, field by field. */
export function compareContainer(
  spec: ContainerSpec,
  container: Container,
  { image }: ContainerObserved = {},
): ContainerChanges {
  const recorded = readRecorded(container);
  const limits = diffLimits(spec.limits, container.limits);
  const isUpdated = container.canBeUpdated && recorded !== undefined;
  const replacing =
    recorded === undefined
      ? [change("maker", "somebody else", "Holdfast")]
      : [
          ...diffRecorded(recorded, spec.recorded),
          ...diffImage(container.imageId, image?.id, recorded["image"] === spec.image),
          ...diffEnv(spec, container),
          ...(isUpdated ? [] : limits),
        ];
  return {
    replacing,
    limits: isUpdated ? limits : [],
    networks: diffNetworks(spec, container),
    state: diffState(spec, container),
  };
}

/** The state of a container as a short text: without what changes while it runs. */
export function fingerprintContainer(observed: ContainerObserved): string {
  const { container, image, replacement, replaced } = observed;
  const recorded = container && readRecorded(container);
  const seen = {
    container: container && {
      recorded,
      imageId: container.imageId,
      env: recordedNames(recorded ?? {}).map((name) => [name, container.env[name]]),
      status: container.status,
      networks: container.networks,
      limits: container.limits,
    },
    image: image?.id,
    left: [replacement !== undefined, replaced !== undefined],
  };
  return fingerprintOf(JSON.stringify(seen));
}

/** Whether it runs, since when, and of what it is made. */
export function containerDetails({ container, image }: ContainerObserved): JsonObject {
  if (container === undefined) return { running: false };
  const { status, startedAt, restarts, health, imageId } = container;
  const digest = image?.id === imageId ? image.digests[0] : undefined;
  return {
    running: status === "running",
    ...(startedAt === undefined ? {} : { since: startedAt }),
    restarts,
    image: imageId,
    ...(digest === undefined ? {} : { digest }),
    ...(health === "none" ? {} : { health }),
  };
}

function announced({ id }: Container, replacing: readonly Change[]): readonly Change[] {
  if (replacing.length === 0) return [];
  const fields = [...new Set(replacing.map(({ path }) => path))].join(", ");
  const another = change("container", id.slice(0, SHORT_ID), `another one, for ${fields}`);
  return [another, ...replacing];
}

function diffRecorded(recorded: JsonObject, declared: JsonObject): readonly Change[] {
  const fields = new Set([...Object.keys(declared), ...Object.keys(recorded)]);
  return [...fields]
    .filter((field) => !isSameData(recorded[field], declared[field]))
    .map((field) => change(field, recorded[field], declared[field]));
}

/** An image that is not on the machine any more is no reason to replace what runs of it. */
function diffImage(
  current: string,
  wanted: string | undefined,
  isSameReference: boolean,
): readonly Change[] {
  const isKnown = wanted !== undefined && current.startsWith("sha256:");
  // Another reference is a change already.
  if (!isKnown || current === wanted || !isSameReference) return [];
  return [change("image", current.slice(0, SHORT_DIGEST), wanted.slice(0, SHORT_DIGEST))];
}

/** Only of declared names: image and engine add others. A name that is declared no more is in the record. */
function diffEnv({ definition }: ContainerSpec, { env }: Container): readonly Change[] {
  return Object.entries(definition.env)
    .filter(([name, value]) => env[name] !== value)
    .map(([name, value]) => change(`env.${name}`, env[name], value));
}

function diffLimits(
  wanted: ContainerLimits,
  current: Required<ContainerLimits>,
): readonly Change[] {
  const pairs: readonly (readonly [string, Json | undefined, Json])[] = [
    ["restart", wanted.restart, current.restart],
    ["limits.memory", wanted.memoryBytes, current.memoryBytes],
    ["limits.cpus", wanted.cpus, current.cpus],
    ["limits.pids", wanted.pids, current.pids],
  ];
  return pairs
    .filter(([, declared, found]) => declared !== undefined && declared !== found)
    .map(([path, declared, found]) => change(path, found, declared));
}

function diffNetworks({ networks }: ContainerSpec, container: Container): readonly Change[] {
  if (typeof networks !== "object" || isSameData(networks, container.networks)) return [];
  return [change("networks", container.networks, networks)];
}

function diffState({ isRunning }: ContainerSpec, { status }: Container): readonly Change[] {
  if (isRunning) return status === "running" ? [] : [change("state", status, "running")];
  return ENDED.has(status) ? [] : [change("state", status, "stopped")];
}

/** A replacement that was cut off is finished, or undone. */
function leftBehind(observed: ContainerObserved | undefined): readonly Change[] {
  const names = [observed?.replacement?.name, observed?.replaced?.name].filter(
    (name) => name !== undefined,
  );
  return names.length === 0 ? [] : [change("leftovers", names, undefined)];
}
