import type { FileReader } from "@holdfast/core";
import { watchedPathsOfAccounts } from "../attributes/attributes.ts";
import { type CopyOf, isCopy, pathBelow } from "./copy/copied-entry.ts";
import { treeRequest } from "./copy/read-source.ts";
import type { DirectorySpec } from "./spec.ts";

/** Most paths that are watched of one copy and its source. The resync observes the others. */
const MAX_WATCHED = 20_000;

/** What is watched for one directory. */
export interface WatchedTree {
  readonly spec: DirectorySpec;
  readonly paths: readonly string[];
  /** Those among them in which entries may come and go; empty where nobody asks what is below. */
  readonly directories: ReadonlySet<string>;
}

/**
 * The path of a directory, and who its owners are. Of a copy everything in both trees too, as it is now; of any other what is
 * below is observed on the resync: it can be too much to watch. Where a tree cannot be read its top is watched.
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
  if (!isCopy(spec)) return { spec, paths: [...new Set(own)], directories: new Set() };
  const below = [
    ...(await entriesOf(spec, spec.source.path, files, signal)),
    ...(await entriesOf(spec, spec.path, files, signal)),
  ];
  // Directories first: what comes or goes is noticed as far as possible.
  const directories = [spec.path, spec.source.path, ...below.filter(isDirectory).map(pathOf)];
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
  { source }: CopyOf<DirectorySpec>,
  top: string,
  files: FileReader,
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  const request = { ...treeRequest(source, top, "none"), followLink: top === source.path };
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
