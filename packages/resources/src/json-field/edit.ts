import { assert, type Json } from "@holdfast/core";
import { applyEdits, type Edit, type Node } from "jsonc-parser";
import type { JsonDocument } from "./document.ts";
import { findField } from "./find-field.ts";
import { insertField } from "./insertion.ts";
import { canonicalText, endOf, valueOf } from "./json-value.ts";
import { beginsLine, type Layout, LINE_BREAK, linesAt, writeValue } from "./layout.ts";
import { removeField } from "./removal.ts";
import type { JsonFieldSpec } from "./spec.ts";

/**
 * The text of a document with the edit made; the very same text when it is made already. Everything else stays as it
 * is, byte for byte: the order of fields, white space, comments. Missing objects on the way are made. The field must
 * not be blocked.
 *
 * The parser's own `modify` is not used: it moves comments to other fields, and removes some.
 */
export function editDocument({ text, root }: JsonDocument, { keys, value }: JsonFieldSpec): string {
  const found = findField(root, keys);
  if (found.type === "missing") {
    if (value === undefined) return text;
    const [key = "", ...inner] = found.keys;
    return applyEdits(text, [...insertField(text, found.parent, key, wrap(inner, value))]);
  }
  if (value === undefined) {
    if (found.type === "blocked") return text;
    assert(found.parent.type === "object", "an element of a list is never removed");
    return applyEdits(text, [...removeField(text, found.parent, found.part)]);
  }
  assert(found.type === "present", "a blocked field is refused before");
  if (canonicalText(valueOf(found.part)) === canonicalText(value)) return text;
  return applyEdits(text, [replacement(text, found.part, value)]);
}

/** A value inside the objects that are missing around it. */
function wrap(keys: readonly string[], value: Json): Json {
  return keys.reduceRight<Json>((inner, key) => Object.fromEntries([[key, inner]]), value);
}

function replacement(text: string, part: Node, value: Json): Edit {
  const { offset, length } = part;
  return { offset, length, content: writeValue(value, layoutOf(text, part)) };
}

/** A value over several lines stays so, one in one line too; the layout of a scalar comes from its surroundings. */
function layoutOf(text: string, part: Node): Layout {
  const isFilled = part.children !== undefined && part.children.length > 0;
  const old = text.slice(part.offset, endOf(part));
  const begin = part.parent?.type === "property" ? part.parent.offset : part.offset;
  const isSpread = isFilled ? LINE_BREAK.test(old) : beginsLine(text, begin);
  if (isSpread) return linesAt(text, part.offset);
  const isLoose = /[:,]\s/.test(isFilled ? old : text.slice(begin, endOf(part)));
  return { type: "line", space: isLoose ? " " : "" };
}
