import type { FileReader } from "@holdfast/core";
import { watchedPathsOfAccounts } from "../attributes/attributes.ts";
import { pathBelow } from "./copy/copied-entry.ts";
import { treeRequest } from "./copy/read-source.ts";
import type { DirectorySpec } from "./spec.ts";

/** Most paths that are watched of one tree, or of a copy and its source. The resync observes the others. */
const MAX_WATCHED = 20_000;

/** What is watched for one directory. */
export interface WatchedTree {
  readonly spec: DirectorySpec;
  readonly paths: readonly string[];
  /** Those among them in which entries may come and go; empty where nobody asks what is below. */
  readonly directories: ReadonlySet<string>;
}

/** Tells whether anything below a directory is declared. */
export function isAboutTree({ source, recurse }: DirectorySpec): boolean {
  return source !== undefined || recurse !== undefined;
}

/**
 * The path of a directory, and who its owners are; everything below, as it is now, where that is declared, and of a copy
 * everything in its source. Where a tree cannot be read its top is watched.
 */
export async function watchedTree(
  spec: DirectorySpec,
  files: FileReader,
  signal: AbortSignal,
): Promise<WatchedTree> {
  const own = [
    spec.path,
    ...watchedPathsOfAccounts(spec),
    ...watchedPathsOfAccounts(spec.recurse ?? {}),
  ];
  if (!isAboutTree(spec)) return { spec, paths: [...new Set(own)], directories: new Set() };
  const { source } = spec;
  const below = [
    ...(source === undefined ? [] : await entriesOf(spec, source.path, files, signal)),
    ...(await entriesOf(spec, spec.path, files, signal)),
  ];
  // Directories first: what comes or goes is noticed as far as possible.
  const tops = source === undefined ? [spec.path] : [spec.path, source.path];
  const directories = [...tops, ...below.filter(isDirectory).map(pathOf)];
  const others = below.filter((entry) => !isDirectory(entry)).map(pathOf);
  const all = new Set([...own, ...directories, ...others]);
  const paths = [...all].slice(0, MAX_WATCHED);
  return { spec, paths, directories: new Set(directories) };
}

interface Entry {
  readonly path: string;
  readonly isDirectory: boolean;
}

async function entriesOf(
  { source }: DirectorySpec,
  top: string,
  files: FileReader,
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  const exclude = source?.exclude ?? [];
  const request = { ...treeRequest({ exclude }, top, "none"), followLink: top === source?.path };
  const found = await files.readTree(request, signal);
  if (found.type !== "present") return [];
  return found.value.entries.flatMap((entry) => {
    if (entry.found.type !== "present") return [];
    const { type } = entry.found.value.entry;
    return [{ path: pathBelow(top, entry.path), isDirectory: type === "directory" }];
  });
}

function isDirectory(entry: Entry): boolean {
  return entry.isDirectory;
}

function pathOf({ path }: Entry): string {
  return path;
}
