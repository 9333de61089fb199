import { watchedPathsOfAccounts } from "../attributes/attributes.ts";
import { type FileSpec, sourcePaths } from "./spec.ts";

/** The paths that decide about a file: its own, the one its content or its template comes from, and who its owners are. */
export function watchedPathsOfFile(spec: FileSpec): readonly string[] {
  if (spec.isAbsent) return [spec.path];
  return [spec.path, ...sourcePaths(spec), ...watchedPathsOfAccounts(spec)];
}
