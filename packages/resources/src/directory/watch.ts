import type { DirectorySpec } from "./spec.ts";

/** The path of a directory. What is below it is looked at on the resync: a tree can be too large to watch. */
export function watchedPathsOfDirectory({ path }: DirectorySpec): readonly string[] {
  return [path];
}
