import { type Change, change } from "@holdfast/core";
import { readableText } from "../byte-text.ts";
import { isWorldReadable } from "../attributes/file-mode.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { declaredText } from "./edit.ts";
import type { LineObserved } from "./observe.ts";
import type { LineSpec } from "./spec.ts";

/** Compares what a file holds of a line or block with its spec. The change is of `line` or `block`. */
export function diffLine(spec: LineSpec, observed: LineObserved | undefined): readonly Change[] {
  if (observed === undefined && spec.isAbsent) return [];
  if (observed !== undefined && observed.type !== "file") {
    return [change("type", observed.type, "file")];
  }
  const current = observed?.current;
  const declared = declaredText(spec);
  if (current === declared) return [];
  const difference = change(spec.edit.type, readable(current), readable(declared));
  const isPrivate = observed !== undefined && !isWorldReadable(observed.mode);
  return [isPrivate ? { ...difference, isPrivate } : difference];
}

/** What a file holds of a line, as a short text: what else is in the file does not matter. */
export function fingerprintLine({ type, current }: LineObserved): string {
  return `${type} ${current === undefined ? "-" : fingerprintOf(current)}`;
}

function readable(byteString: string | undefined): string | undefined {
  return byteString === undefined ? undefined : readableText(byteString);
}
