import { watchedPathsOfAccounts } from "../attributes/attributes.ts";
import type { FileSpec } from "./spec.ts";

/** The paths that decide about a file: its own, the one its content comes from, and who its owners are. */
export function watchedPathsOfFile(spec: FileSpec): readonly string[] {
  const { path, content, isAbsent } = spec;
  if (isAbsent) return [path];
  const source = content.type === "path" ? [content.path] : [];
  return [path, ...source, ...watchedPathsOfAccounts(spec)];
}
