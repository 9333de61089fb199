import type { LineSpec } from "./spec.ts";

/** The path of the file a line is in. */
export function watchedPathsOfLine({ path }: LineSpec): readonly string[] {
  return [path];
}
