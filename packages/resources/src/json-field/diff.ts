import { type Change, change, type Json } from "@holdfast/core";
import { isWorldReadable } from "../attributes/file-mode.ts";
import { encodeText } from "../byte-text.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { canonicalText, isExactValue } from "./json-value.ts";
import type { JsonFieldObserved } from "./observe.ts";
import type { JsonFieldSpec } from "./spec.ts";

/** Longest value shown as it is; a longer one is described. */
const SHOW_LIMIT_BYTES = 65_536;

/** Compares a field with its spec, as JSON values. Something in its place is the only change then, which apply refuses. */
export function diffJsonField(
  spec: JsonFieldSpec,
  observed: JsonFieldObserved | undefined,
): readonly Change[] {
  if (observed === undefined && spec.isAbsent) return [];
  if (observed !== undefined && observed.type !== "file") {
    return [change("type", observed.type, "file")];
  }
  const field = observed?.field ?? { type: "absent" };
  if (field.type === "blocked") return [change("parent", field.found, "an object")];
  const current = field.type === "present" ? field.value : undefined;
  if (textOf(current) === textOf(spec.value)) return [];
  const difference = change("value", shown(current), shown(spec.value));
  const isPrivate = observed !== undefined && !isWorldReadable(observed.mode);
  return [isPrivate ? { ...difference, isPrivate } : difference];
}

/** What a file holds of a field, as a short text: what else is in the file does not matter. */
export function fingerprintJsonField({ type, field }: JsonFieldObserved): string {
  switch (field?.type) {
    case "present":
      return `${type} ${fingerprintOf(canonicalText(field.value))}`;
    case "blocked":
      return `${type} ${field.found}`;
    default:
      return `${type} -`;
  }
}

function textOf(value: Json | undefined): string | undefined {
  return value === undefined ? undefined : canonicalText(value);
}

function shown(value: Json | undefined): Json | undefined {
  if (value === undefined) return undefined;
  if (!isExactValue(value)) return "JSON with a whole number beyond 2^53";
  const sizeBytes = encodeText(JSON.stringify(value)).length;
  return sizeBytes <= SHOW_LIMIT_BYTES ? value : `JSON, ${sizeBytes} bytes`;
}
