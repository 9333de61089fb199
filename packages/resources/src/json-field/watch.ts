import type { JsonFieldSpec } from "./spec.ts";

/** The path of the file a field is in. */
export function watchedPathsOfJsonField({ path }: JsonFieldSpec): readonly string[] {
  return [path];
}
