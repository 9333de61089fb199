import {
  assert,
  type FileReader,
  type Observation,
  type TreeEntry,
  type TreeReading,
} from "@holdfast/core";
import type { DeclaredIds } from "../../attributes/attributes.ts";
import { type CopySpec, type FoundEntry, type ObservedCopy, pathBelow } from "./copied-entry.ts";
import { readSource, type SourceTree, treeRequest, unavailable } from "./read-source.ts";

/**
 * Reads a source and what is there of its copy. Of the copy only those files are read that are files of the source too: whether one
 * is as in the source, and if not, whether somebody else wrote it.
 * @throws {Fault} as `readSource`; ContentUnavailable for an empty source, where everything would be purged;
 *   what makes an entry of the copy unknown that matters.
 */
export async function readCopy(
  spec: CopySpec,
  ids: DeclaredIds,
  files: FileReader,
  signal: AbortSignal,
): Promise<ObservedCopy> {
  const source = await readSource(spec, files, "sha256", signal);
  const request = treeRequest(spec.source, spec.path, "none");
  const target = treeOf(await files.readTree(request, signal));
  const known = new Map(source.wanted.map((entry) => [entry.path, entry]));
  const isWanted = (path: string): boolean => spec.source.isPurging || known.has(path);
  const entries = target.flatMap((entry) => foundOf(entry, isWanted));
  refusePurgingAll(spec, source, entries);
  const found = await withDigests(entries, { spec, known }, files, signal);
  const { top, wanted } = source;
  return { top, wanted, found, ...ids };
}

function treeOf(observation: Observation<TreeReading>): readonly TreeEntry[] {
  if (observation.type === "unknown") throw observation.fault;
  return observation.type === "present" ? observation.value.entries : [];
}

function foundOf(
  { path, found }: TreeEntry,
  isWanted: (path: string) => boolean,
): readonly FoundEntry[] {
  if (found.type === "present") return [{ path, reading: found.value }];
  if (found.type === "excluded") return [{ path, reading: undefined }];
  // A mount in nobody's way is left alone. What cannot be read now may be anything.
  if (found.fault.reason === "IsMountPoint" && !isWanted(path)) return [];
  throw found.fault;
}

/** A source that was not mounted looks empty too. */
function refusePurgingAll(
  { path, source }: CopySpec,
  { isEmpty }: SourceTree,
  found: readonly FoundEntry[],
): void {
  if (!isEmpty || !source.isPurging) return;
  if (found.every(({ reading }) => reading === undefined)) return;
  const why = "it is empty, and purge would remove everything; perhaps it is not mounted";
  throw unavailable({ path, source: source.path, why });
}

async function withDigests(
  entries: readonly FoundEntry[],
  {
    spec,
    known,
  }: {
    readonly spec: CopySpec;
    readonly known: ReadonlyMap<string, ObservedCopy["wanted"][number]>;
  },
  files: FileReader,
  signal: AbortSignal,
): Promise<readonly FoundEntry[]> {
  const isComparable = ({ path, reading }: FoundEntry): boolean =>
    reading?.entry.type === "file" && known.get(path)?.entry.type === "file";
  const isAsLong = ({ path, reading }: FoundEntry): boolean =>
    reading?.entry.sizeBytes === known.get(path)?.entry.sizeBytes;
  const compared = entries.filter(isComparable);
  if (compared.length === 0) return entries;
  const readings = await files.readMany(
    compared.map(({ path }) => ({ path: pathBelow(spec.path, path), content: "sha256" as const })),
    signal,
  );
  const read = new Map(compared.map(({ path }, position) => [path, readings[position]]));
  return entries.flatMap((entry) => {
    if (!read.has(entry.path)) return [entry];
    const reading = read.get(entry.path);
    assert(reading !== undefined, "each question has its answer");
    // What differs anyway may be anybody's.
    if (reading.type === "unknown" && !isAsLong(entry)) return [entry];
    if (reading.type === "unknown") throw reading.fault;
    return reading.type === "present" ? [{ ...entry, reading: reading.value }] : [];
  });
}
