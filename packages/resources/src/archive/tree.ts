import {
  type FileReading,
  type FileReadRequest,
  type FileType,
  type Observation,
  type ReadContext,
} from "@holdfast/core";
import { pathIn, pathsAbove } from "./manifest/entry-path.ts";
import type { ManifestEntry } from "./manifest/manifest-entry.ts";

/** What is at a path of the tree. */
export interface TreeEntry {
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a regular file. */
  readonly sha256?: string;
  /** Of a symbolic link. */
  readonly target?: string;
}

/** What is where entries should be, by path; nothing for what is missing. */
export type Tree = ReadonlyMap<string, TreeEntry>;

/**
 * Reads what is at the paths of all entries. Below what is no directory there is nothing: a link in the way is not followed.
 * @throws {Fault} what makes a path unknown, and Aborted.
 */
export async function readTree(
  directory: string,
  entries: readonly ManifestEntry[],
  context: Pick<ReadContext, "host" | "signal">,
): Promise<Tree> {
  const tree = new Map<string, TreeEntry>();
  const isDirectory = ({ type }: ManifestEntry): boolean => type === "directory";
  // Parents come first, so that each is known before what is below it.
  const directories = unique(entries.filter(isDirectory));
  await readInto(tree, { directory, paths: directories, content: "none" }, context);
  const others = unique(entries.filter((entry) => !isDirectory(entry)));
  await readInto(tree, { directory, paths: others, content: "sha256" }, context);
  return tree;
}

interface TreeRequest extends Pick<FileReadRequest, "content"> {
  readonly directory: string;
  readonly paths: readonly string[];
}

async function readInto(
  tree: Map<string, TreeEntry>,
  { directory, paths, content }: TreeRequest,
  { host, signal }: Pick<ReadContext, "host" | "signal">,
): Promise<void> {
  const requests = paths.map((path) => ({ path: pathIn(directory, path), content }));
  const readings = await host.files.readMany(requests, signal);
  for (const [position, path] of paths.entries()) {
    const reading = readings[position];
    if (reading === undefined || !isReachable(tree, path)) continue;
    const entry = entryOf(reading);
    if (entry !== undefined) tree.set(path, entry);
  }
}

function isReachable(tree: Tree, path: string): boolean {
  const above = path === "" ? [] : ["", ...pathsAbove(path)];
  return above.every((one) => tree.get(one)?.type === "directory");
}

function entryOf(reading: Observation<FileReading>): TreeEntry | undefined {
  if (reading.type === "unknown") throw reading.fault;
  if (reading.type === "absent") return undefined;
  const { entry, sha256, linkTarget } = reading.value;
  const { type, mode, uid, gid } = entry;
  return {
    type,
    mode,
    uid,
    gid,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(linkTarget === undefined ? {} : { target: linkTarget }),
  };
}

function unique(entries: readonly ManifestEntry[]): readonly string[] {
  return [...new Set(entries.map(({ path }) => path))].toSorted();
}
