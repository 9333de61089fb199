import { Fault, toFault, type WriteContext } from "@holdfast/core";
import { hasContent, typeOnDisk } from "./compare.ts";
import { pathIn } from "./manifest/entry-path.ts";
import type { ManifestEntry } from "./manifest/manifest-entry.ts";
import type { ArchiveRecord } from "./record.ts";
import type { ArchiveSpec } from "./spec.ts";
import { readTree, type Tree } from "./tree.ts";

/** What earlier extractions made and this one does not have, or has as something else. */
export function obsoleteOf(
  record: ArchiveRecord | undefined,
  entries: readonly ManifestEntry[],
): readonly ManifestEntry[] {
  if (record === undefined) return [];
  const wanted = new Map(entries.map((entry) => [entry.path, typeOnDisk(entry)]));
  const found = new Set(record.found);
  const old = new Map([...record.obsolete, ...record.entries].map((entry) => [entry.path, entry]));
  return [...old.values()].filter(
    (entry) => wanted.get(entry.path) !== typeOnDisk(entry) && !found.has(entry.path),
  );
}

/**
 * Removes what is still as it was extracted, from the leaves up. What somebody changed is somebody's now, and so is a
 * directory with something of somebody's in it.
 */
export async function removeObsolete(
  { path: directory }: Pick<ArchiveSpec, "path">,
  obsolete: readonly ManifestEntry[],
  context: WriteContext,
): Promise<void> {
  const { host, signal } = context;
  const tree = await readTree(directory, withParents(obsolete), context);
  const ours = obsolete.filter((entry) => hasContent(entry, tree.get(entry.path)));
  for (const { type, path } of ours.toSorted(deepestFirst)) {
    try {
      await host.files.remove({ path: pathIn(directory, path) }, signal);
    } catch (error) {
      const { reason } = toFault(error);
      const isInUse = reason === "DirectoryNotEmpty" || reason === "IsMountPoint";
      if (type !== "directory" || !isInUse) throw error;
    }
  }
}

/**
 * Whether what is in the way of an entry goes with what is obsolete: it is ours, and so is all that is in it.
 * @throws {Fault} what makes a directory unknown.
 */
export async function goesAway(
  path: string,
  obsolete: ReadonlyMap<string, ManifestEntry>,
  place: { readonly directory: string; readonly tree: Tree },
  context: WriteContext,
): Promise<boolean> {
  const entry = obsolete.get(path);
  if (entry === undefined || !hasContent(entry, place.tree.get(path))) return false;
  if (entry.type !== "directory") return true;
  const listed = await context.host.files.list(pathIn(place.directory, path), context.signal);
  if (listed.type === "unknown") throw listed.fault;
  for (const name of listed.type === "present" ? listed.value : []) {
    if (!(await goesAway(`${path}/${name}`, obsolete, place, context))) return false;
  }
  return true;
}

/**
 * Removes all that was extracted and is still as it came, and then the record of it.
 * @throws {Fault} what makes a path unknown, and what removing throws.
 */
export async function removeExtracted(
  spec: ArchiveSpec,
  record: ArchiveRecord | undefined,
  context: WriteContext,
): Promise<void> {
  const { host, signal } = context;
  if (record !== undefined) {
    await discardTemporaries(spec, record, context);
    await removeObsolete(spec, obsoleteOf(record, []), context);
  }
  await host.files.remove({ path: spec.recordPath }, signal);
}

/** Removes what an attempt left that was killed: only its record says where that may be. */
export async function discardTemporaries(
  { path: directory }: Pick<ArchiveSpec, "path">,
  record: ArchiveRecord,
  context: WriteContext,
): Promise<void> {
  const { host, signal } = context;
  const { attempt } = record;
  if (attempt === undefined) return;
  const tree = await readTree(directory, withParents(record.entries), context);
  for (const { type, path } of record.entries) {
    if (type === "directory" || !isInDirectory(path, tree)) continue;
    try {
      await host.files.discard({ path: pathIn(directory, path), attempt }, signal);
    } catch (error) {
      if (!(error instanceof Fault) || error.reason !== "NotFound") throw error;
    }
  }
}

function isInDirectory(path: string, tree: Tree): boolean {
  const slash = path.lastIndexOf("/");
  return tree.get(slash < 0 ? "" : path.slice(0, slash))?.type === "directory";
}

/** Entries with the directories that they are in, so that nothing below a link is taken for ours. */
function withParents(entries: readonly ManifestEntry[]): readonly ManifestEntry[] {
  const paths = new Set([""]);
  for (const { path } of entries) {
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
      paths.add(path.slice(0, slash));
    }
  }
  const directories = [...paths].map((path) => ({ type: "directory", path }) as const);
  return [...directories, ...entries];
}

function deepestFirst(one: ManifestEntry, other: ManifestEntry): number {
  return one.path < other.path ? 1 : -1;
}
