import { isExactNumber, isJsonObject, type Json } from "@holdfast/core";
import type { Node } from "jsonc-parser";

/** The value that a part of a document stands for. Its depth is bounded by what a document may nest. */
export function valueOf(part: Node): Json {
  switch (part.type) {
    case "object":
      return Object.fromEntries(propertiesOf(part).map(({ key, value }) => [key, valueOf(value)]));
    case "array":
      return (part.children ?? []).map(valueOf);
    default:
      return scalarOf(part);
  }
}

/** One field of an object in a document. */
export interface Property {
  readonly key: string;
  /** Where its key begins. */
  readonly offset: number;
  readonly value: Node;
}

/** The fields of an object, in the order of the text. */
export function propertiesOf(object: Node): readonly Property[] {
  return (object.children ?? []).flatMap(({ offset, children = [] }) => {
    const [key, value] = children;
    return key === undefined || value === undefined ? [] : [{ key: textOf(key), offset, value }];
  });
}

/** Where a part of a document ends. */
export function endOf({ offset, length }: Node): number {
  return offset + length;
}

/**
 * A value as a text that is the same for equal values: 1.0 and 1 are one number, and the order of an object's fields
 * does not count. Texts are equal when their characters are.
 */
export function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).flatMap(([key, inner]) =>
    inner === undefined ? [] : [`${JSON.stringify(key)}:${canonicalText(inner)}`],
  );
  return `{${fields.toSorted().join()}}`;
}

/** Whether every number in a value is the one that the document has; where not, the value is never written back. */
export function isExactValue(value: Json | undefined): boolean {
  if (typeof value === "number") return isExactNumber(value);
  if (typeof value !== "object" || value === null) return true;
  const inner: readonly (Json | undefined)[] = Object.values(value);
  return inner.every(isExactValue);
}

function scalarOf({ value }: Node): null | boolean | number | string {
  const scalar: unknown = value;
  const isScalar =
    typeof scalar === "string" || typeof scalar === "number" || typeof scalar === "boolean";
  return isScalar ? scalar : null;
}

function textOf({ value }: Node): string {
  return String(value);
}
