import type { Assessment, JudgedAction } from "@holdfast/core";
import { ATTRIBUTES_ONLY, changesOnlyAttributes } from "../attributes/attribute-risk.ts";
import { isRefused, REFUSED } from "../refused-risk.ts";
import { isCopy } from "./copy/copied-entry.ts";
import { overwritesOnlyOwn } from "./copy/own-bytes.ts";
import type { DirectoryObserved } from "./observe.ts";
import type { DirectorySpec } from "./spec.ts";

/** The rows of directories. */
export const DIRECTORY_RISKS = {
  attributes: ATTRIBUTES_ONLY,
  refused: REFUSED,
  empty: {
    risk: "benign",
    impact: "none",
    why: "removes a directory that is empty, or is refused",
    isWhole: true,
  },
  tree: {
    risk: "destructive",
    impact: "data",
    why: "removes a tree with all that is in it (force)",
  },
  replaced: {
    risk: "destructive",
    impact: "data",
    why: "replaces what is no directory (force)",
  },
  purge: {
    risk: "destructive",
    impact: "data",
    why: "removes entries that the source does not have (purge)",
  },
  ownCopy: {
    risk: "benign",
    impact: "none",
    why: "brings a copy that Holdfast made to its source, over nothing that others wrote",
    isWhole: true,
  },
  editedCopy: {
    risk: "destructive",
    impact: "data",
    why: "overwrites files in a copy that are not known to be as Holdfast wrote them",
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What is below a directory is no part of what is observed, so that the general rules do not see it. */
export function riskOfDirectory({
  spec,
  observed,
  verb,
  provenance,
  isAsLeft,
  lastFingerprint,
  changes,
}: JudgedAction<DirectorySpec, DirectoryObserved>): Assessment | undefined {
  const { refused, empty, tree, replaced, purge, attributes } = DIRECTORY_RISKS;
  const { ownCopy, editedCopy } = DIRECTORY_RISKS;
  if (observed === undefined) return undefined;
  if (isRefused(changes)) return spec.force ? replaced : refused;
  if (verb === "delete") return spec.force ? tree : empty;
  if (changes.some(({ path }) => path === "purge")) return purge;
  if (changesOnlyAttributes(changes)) return attributes;
  const { copy } = observed;
  const isOurs = provenance === "created" && copy !== undefined && isCopy(spec);
  // Of what is as it was left nothing has to be remembered.
  if (!isOurs || isAsLeft === true) return undefined;
  return overwritesOnlyOwn(spec, copy, lastFingerprint) ? ownCopy : editedCopy;
}
