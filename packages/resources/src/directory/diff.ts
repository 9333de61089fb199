import { type Change, change } from "@holdfast/core";
import { attributesText, diffAttributes } from "../attributes/attributes.ts";
import type { DirectoryObserved } from "./observe.ts";
import { belowText, diffBelow } from "./recurse.ts";
import type { DirectorySpec } from "./spec.ts";

/** Compares a directory, and what is below it where that is declared, with its spec. */
export function diffDirectory(
  spec: DirectorySpec,
  observed: DirectoryObserved | undefined,
): readonly Change[] {
  if (spec.isAbsent) return diffAbsent(observed);
  if (observed === undefined) {
    return [change("state", undefined, "present"), ...diffAttributes(spec, undefined)];
  }
  if (observed.type !== "directory") {
    return [change("type", observed.type, "directory"), ...diffAttributes(spec, undefined)];
  }
  const ofBelow =
    spec.recurse === undefined || observed.below === undefined
      ? []
      : diffBelow(spec.recurse, observed.below, spec.path);
  return [...diffAttributes(spec, observed), ...ofBelow];
}

/** The state of a directory as a short text. */
export function fingerprintDirectory(observed: DirectoryObserved): string {
  const below = observed.below === undefined ? "-" : belowText(observed.below);
  return `${observed.type} ${attributesText(observed)} ${below}`;
}

function diffAbsent(observed: DirectoryObserved | undefined): readonly Change[] {
  if (observed === undefined) return [];
  const removal = change("state", "present", undefined);
  if (observed.type === "directory") return [removal];
  return [change("type", observed.type, "directory"), removal];
}
