import type { FileSpec } from "./spec.ts";

/** The paths that decide about a file: its own, and the one its content comes from. */
export function watchedPathsOfFile({ path, content, isAbsent }: FileSpec): readonly string[] {
  return content.type === "path" && !isAbsent ? [path, content.path] : [path];
}
