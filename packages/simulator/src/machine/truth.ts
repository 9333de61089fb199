import { isJsonObject, type Json, type Resource } from "@holdfast/core";
import { textField, textsField } from "./spec-fields.ts";
import type { Props } from "./props.ts";
import type { World } from "./world.ts";

const TYPE_BITS = 0o170000;
const FILE = 0o100000;
const DIRECTORY = 0o040000;

/** A world and what is played with in it. */
export interface Stage {
  readonly world: World;
  readonly props: Props;
}

/**
 * Whether a resource is as it was declared, judged by the simulated machine alone: it shares no code with the
 * kinds, so that a mistake of theirs shows.
 */
export function isAsDeclared(
  { world, props }: Stage,
  { kind, name, input, id }: Resource,
): boolean {
  const { inspect } = world.kernel;
  switch (kind) {
    case "file":
      return isFile(world, name, input);
    case "directory":
      return isThing(world, { path: name, type: DIRECTORY, input });
    case "link":
      return inspect.linkTarget(name) === textField(input, "target");
    case "line": {
      const lines = inspect.text(textField(input, "path"))?.split("\n") ?? [];
      return lines.includes(textField(input, "line"));
    }
    case "exec":
      return hasRun({ world, props }, input);
    case "fake":
      return props.fakes.values.get(name) === textField(input, "value");
    default:
      throw new Error(`nobody knows the truth about ${id}`);
  }
}

function isFile(world: World, path: string, input: Json): boolean {
  const { inspect } = world.kernel;
  if (textField(input, "state") === "absent") return inspect.stat(path) === undefined;
  if (!isThing(world, { path, type: FILE, input })) return false;
  const isPinned = isJsonObject(input) && input["content"] !== undefined;
  return !isPinned || inspect.text(path) === textField(input, "content");
}

function isThing(
  world: World,
  { path, type, input }: { readonly path: string; readonly type: number; readonly input: Json },
): boolean {
  const stat = world.kernel.inspect.stat(path);
  if (stat === undefined || (stat.mode & TYPE_BITS) !== type) return false;
  const mode = textField(input, "mode");
  return mode === "" || (stat.mode & 0o7777) === Number.parseInt(mode, 8);
}

function hasRun({ world, props }: Stage, input: Json): boolean {
  const creates = textField(input, "creates");
  const key = textField(input, "idempotencyKey");
  if (creates !== "") return world.kernel.inspect.stat(creates) !== undefined;
  if (key !== "") return (props.oneShots.get(key) ?? 0) > 0;
  return props.flags.has(textsField(input, "unless")[1] ?? "");
}
