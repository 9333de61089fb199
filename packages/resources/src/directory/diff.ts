import { type Change, change } from "@holdfast/core";
import { attributesText, diffAttributes } from "../attributes/attributes.ts";
import { isCopy } from "./copy/copied-entry.ts";
import { declaredTop } from "./copy/copied-top.ts";
import { changesOfCopy, changesOfNewCopy, copyText } from "./copy/copy-changes.ts";
import { ownBytesText } from "./copy/own-bytes.ts";
import type { DirectoryObserved } from "./observe.ts";
import { belowText, diffBelow } from "./recurse.ts";
import type { DirectorySpec } from "./spec.ts";

/** Compares a directory, and what is below it where that is declared, with its spec. */
export function diffDirectory(
  spec: DirectorySpec,
  observed: DirectoryObserved | undefined,
): readonly Change[] {
  if (spec.isAbsent) return diffAbsent(observed);
  if (observed?.type !== "directory") {
    const first =
      observed === undefined
        ? change("state", undefined, "present")
        : change("type", observed.type, "directory");
    const ofCopy = isCopy(spec) ? changesOfNewCopy(spec) : [];
    return [first, ...diffAttributes(spec, undefined), ...ofCopy];
  }
  const ofBelow =
    spec.recurse === undefined || observed.below === undefined
      ? []
      : diffBelow(spec.recurse, observed.below, spec.path);
  const { copy } = observed;
  if (copy === undefined || !isCopy(spec)) return [...diffAttributes(spec, observed), ...ofBelow];
  const ofTop = diffAttributes(declaredTop(spec, copy.top), observed);
  return [...ofTop, ...changesOfCopy(spec, copy), ...ofBelow];
}

/** The state of a directory as a short text. */
export function fingerprintDirectory(observed: DirectoryObserved): string {
  const below = observed.below === undefined ? "-" : belowText(observed.below);
  const copy =
    observed.copy === undefined ? "-" : `${copyText(observed.copy)} ${ownBytesText(observed.copy)}`;
  return `${observed.type} ${attributesText(observed)} ${below} ${copy}`;
}

function diffAbsent(observed: DirectoryObserved | undefined): readonly Change[] {
  if (observed === undefined) return [];
  const removal = change("state", "present", undefined);
  if (observed.type === "directory") return [removal];
  return [change("type", observed.type, "directory"), removal];
}
