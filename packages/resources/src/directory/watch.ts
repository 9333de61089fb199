import { watchedPathsOfAccounts } from "../attributes/attributes.ts";
import type { DirectorySpec } from "./spec.ts";

/** The path of a directory, and who its owners are. What is below it is looked at on the resync: a tree can be too large to watch. */
export function watchedPathsOfDirectory(spec: DirectorySpec): readonly string[] {
  return [spec.path, ...watchedPathsOfAccounts(spec)];
}
