import { watchedPathsOfFile } from "../file/watch.ts";
import type { AptRepositorySpec } from "./spec.ts";

/** The file of the source, and that of its key. */
export function watchedPathsOfAptRepository({
  file,
  keyFile,
}: AptRepositorySpec): readonly string[] {
  const key = keyFile?.sha256 === undefined ? [] : [keyFile.path];
  return [...watchedPathsOfFile(file), ...key];
}
