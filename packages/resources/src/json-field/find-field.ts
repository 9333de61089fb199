import type { Json } from "@holdfast/core";
import type { Node } from "jsonc-parser";
import { showField } from "./field-name.ts";
import { propertiesOf, valueOf } from "./json-value.ts";
import type { JsonFieldSpec } from "./spec.ts";

/** Where a field is in a document, or what is in its place. */
export type FoundField =
  | { readonly type: "present"; readonly part: Node; readonly parent: Node }
  /** `parent` is an object; `keys` are those that are missing in it, one in the other. */
  | { readonly type: "missing"; readonly parent: Node; readonly keys: readonly string[] }
  | BlockedField;

/** Something on the way that has no such field, and that is not ours to replace. */
export interface BlockedField {
  readonly type: "blocked";
  /** What is there: `a is a string`. */
  readonly found: string;
  /** One sentence in the imperative. */
  readonly remedy: string;
}

/** What a document holds of a field. */
export type FieldState =
  | { readonly type: "absent" }
  | { readonly type: "present"; readonly value: Json }
  | BlockedField;

/** Goes from the root to the field: by key through objects, by the position of an existing element through lists. */
export function findField(root: Node, keys: readonly string[]): FoundField {
  let part = root;
  let parent = root;
  for (const [depth, key] of keys.entries()) {
    const child = childOf(part, key);
    if (child === undefined && part.type === "object") {
      return { type: "missing", parent: part, keys: keys.slice(depth) };
    }
    if (child === undefined) return blockedBy(part, keys.slice(0, depth));
    [part, parent] = [child, part];
  }
  return { type: "present", part, parent };
}

/**
 * What a document holds of the field of a spec. An element of a list cannot be made absent: those after it would move
 * up, and the next of them would be removed the next time.
 */
export function fieldState(root: Node, { keys, isAbsent }: JsonFieldSpec): FieldState {
  const found = findField(root, keys);
  if (found.type === "missing") return { type: "absent" };
  if (found.type === "blocked") return isAbsent ? { type: "absent" } : found;
  if (isAbsent && found.parent.type === "array") return blockedBy(found.parent, keys.slice(0, -1));
  return { type: "present", value: valueOf(found.part) };
}

function childOf(part: Node, key: string): Node | undefined {
  if (part.type === "object") return propertiesOf(part).find((each) => each.key === key)?.value;
  const isPosition = part.type === "array" && /^(?:0|[1-9]\d*)$/.test(key);
  return isPosition ? part.children?.[Number(key)] : undefined;
}

function blockedBy(part: Node, keys: readonly string[]): BlockedField {
  const where = keys.length === 0 ? "the whole document" : showField(keys);
  if (part.type !== "array") {
    const found = `${where} is ${WORDS[part.type] ?? part.type}`;
    const remedy = `Declare ${where} itself, or make it an object by hand.`;
    return { type: "blocked", found, remedy };
  }
  const found = `${where} is a list of ${part.children?.length ?? 0}`;
  const remedy = `Name an element that is there, from 0 on, or declare the list as a whole.`;
  return { type: "blocked", found, remedy };
}

const WORDS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  boolean: "true or false",
  null: "null",
};
