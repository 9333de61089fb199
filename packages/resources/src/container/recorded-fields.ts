import {
  type Container,
  type ContainerMount,
  isJsonObject,
  type JsonObject,
  type PublishedPort,
} from "@holdfast/core";
import type { ContainerInput } from "./fields.ts";
import { formatPort } from "./port-text.ts";

/**
 * The label in which a container has what it was made from. What an engine shows of a container is mixed with what its
 * image and the engine itself add, each engine in its own way, so it could not be compared with what is declared.
 */
export const SPEC_LABEL = "io.holdfast.spec";

/** The label in which a container has the id of the one that it was made to replace. */
export const REPLACED_LABEL = "io.holdfast.replaced";

/** Fields that are recorded as their author wrote them. */
const AS_WRITTEN = [
  "command",
  "entrypoint",
  "workingDirectory",
  "hostname",
  "user",
  "labels",
  "health",
  "stopSignal",
] as const satisfies readonly (keyof ContainerInput)[];
/** Fields of which only `true` says anything. */
const FLAGS = ["privileged", "readOnly", "noNewPrivileges"] as const;

/**
 * The fields that only another container can have, in one way of writing. Of the environment there are the names alone:
 * labels are shown to more people than values, and events carry them.
 */
export function recordedFields(
  input: ContainerInput,
  bound: {
    readonly image: string;
    readonly ports: readonly PublishedPort[];
    readonly mounts: readonly ContainerMount[];
  },
): JsonObject {
  const fields: Record<string, JsonObject[string]> = { image: bound.image };
  for (const field of AS_WRITTEN) if (input[field] !== undefined) fields[field] = input[field];
  for (const field of FLAGS) if (input[field] === true) fields[field] = true;
  const { env = {}, capabilities: { add = [], drop = [] } = {}, networks } = input;
  if (Object.keys(env).length > 0) fields["env"] = Object.keys(env).sort();
  if (add.length + drop.length > 0) {
    fields["capabilities"] = { add: [...add].sort(), drop: [...drop].sort() };
  }
  if (bound.ports.length > 0) fields["ports"] = bound.ports.map(formatPort);
  if (bound.mounts.length > 0) fields["mounts"] = bound.mounts.map(mountFields);
  if (typeof networks === "string") fields["networks"] = networks;
  return fields;
}

/** What a container was made from; `undefined` for one that Holdfast did not make. */
export function readRecorded({ labels }: Pick<Container, "labels">): JsonObject | undefined {
  const text = labels[SPEC_LABEL];
  if (text === undefined) return undefined;
  const recorded = parseRecorded(text);
  return isJsonObject(recorded) ? recorded : {};
}

/** Names of the recorded environment. */
export function recordedNames(recorded: JsonObject): readonly string[] {
  const names = recorded["env"];
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

function mountFields({ type, source, target, isReadOnly }: ContainerMount): JsonObject {
  return {
    type,
    ...(source === undefined ? {} : { source }),
    target,
    ...(isReadOnly ? { readOnly: true } : {}),
  };
}

function parseRecorded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
