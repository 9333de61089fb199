import {
  Fault,
  type FileAttributes,
  type KindAction,
  type OpenArchive,
  type WriteContext,
} from "@holdfast/core";
import { findAccounts } from "../attributes/account-ids.ts";
import { attributesToWrite, diffAttributes } from "../attributes/attributes.ts";
import { wrongType } from "../path-faults.ts";
import { driftOf, hasContent, typeOnDisk } from "./compare.ts";
import { pathIn } from "./manifest/entry-path.ts";
import { extract, type Extraction } from "./extract.ts";
import {
  discardTemporaries,
  goesAway,
  obsoleteOf,
  removeExtracted,
  removeObsolete,
} from "./obsolete.ts";
import { readManifest } from "./manifest/read-manifest.ts";
import type { ManifestEntry } from "./manifest/manifest-entry.ts";
import type { ArchiveObserved } from "./observe.ts";
import { openSource } from "./open-source.ts";
import { type ArchiveRecord, readRecord, writeRecord } from "./record.ts";
import type { ArchiveSource, ArchiveSpec } from "./spec.ts";
import { readTree, type Tree } from "./tree.ts";

const DIRECTORY_MODE = 0o755;

/**
 * Extracts what differs, or removes what was extracted. Everything is judged before anything is written, the record says
 * what is about to be done before it is, and that it is done only afterwards.
 * @throws {Fault} what reading and judging the archive throw; WrongType and AlreadyExists, when something of somebody's is in the way;
 *   UnknownUser; what writing throws.
 */
export async function applyArchive(
  { spec, observed, changes }: KindAction<ArchiveSpec, ArchiveObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const reading = await readRecord(spec, context);
  const record = reading.type === "record" ? reading.record : undefined;
  const { source } = spec;
  if (spec.isAbsent || source === undefined) return removeExtracted(spec, record, context);
  await refuseInPlace(spec, context);
  await using lazy = new LazyArchive(() => openSource(source, spec, context));
  const owner = await ownerOf(spec, context);
  const isSame = isOf(record, spec, observed?.wanted) ? record : undefined;
  const wanted = isSame ?? (await newRecord(spec, source, await lazy.open(), context));
  await bringTo({ spec, wanted, record, owner }, lazy, context);
}

interface Step {
  readonly spec: ArchiveSpec;
  /** What is to be there. */
  readonly wanted: Pick<ArchiveRecord, "archive" | "source" | "selection" | "entries">;
  /** What was there so far. */
  readonly record: ArchiveRecord | undefined;
  readonly owner: Extraction["owner"];
}

async function bringTo(
  { spec, wanted, record, owner }: Step,
  lazy: LazyArchive,
  context: WriteContext,
): Promise<void> {
  const { archive, source, selection } = wanted;
  const obsolete = obsoleteOf(record, wanted.entries);
  const before = await readTree(spec.path, [...wanted.entries, ...obsolete], context);
  const found = foundDirectories(record, wanted.entries, before);
  const entries = withModes(wanted.entries, found);
  const isKnown = record?.attempt === undefined && record?.entries === wanted.entries;
  const ids = { declaredUid: owner.uid, declaredGid: owner.gid };
  const drifts = driftOf(entries, before, { declared: spec, ids });
  if (isKnown && drifts.length === 0) return;
  // An unavailable archive is found before anything is written.
  if (drifts.some(({ entry, fields }) => entry.type === "file" && fields.has("content"))) {
    await lazy.open();
  }
  await refuseObstacles(spec, entries, { obsolete, tree: before }, context);
  if (record !== undefined) refuseForeign(spec, entries, { record, tree: before });
  const done = { version: 1, archive, source, selection, entries, obsolete: [], found } as const;
  await writeRecord(spec, { ...done, attempt: context.attempt, obsolete }, context);
  if (record !== undefined) await discardTemporaries(spec, record, context);
  await removeObsolete(spec, obsolete, context);
  const tree = obsolete.length === 0 ? before : await readTree(spec.path, entries, context);
  await extract({ spec, entries, tree, owner }, () => lazy.open(), context);
  await writeRecord(spec, done, context);
}

/** Whether the record is of the archive and the parts of it that are declared. */
function isOf(
  record: ArchiveRecord | undefined,
  { selection }: ArchiveSpec,
  wanted: string | undefined,
): boolean {
  if (record === undefined || record.archive !== wanted) return false;
  return JSON.stringify(record.selection) === JSON.stringify(selection);
}

async function newRecord(
  { selection }: ArchiveSpec,
  source: ArchiveSource,
  archive: OpenArchive,
  { signal }: WriteContext,
): Promise<Step["wanted"]> {
  const from = source.type === "url" ? { url: source.url } : { path: source.path };
  const entries = await readManifest(archive, selection, signal);
  return { archive: archive.sha256, source: from, selection, entries };
}

/** @throws {Fault} UnknownUser. */
async function ownerOf(
  spec: ArchiveSpec,
  { host, signal }: WriteContext,
): Promise<Pick<FileAttributes, "uid" | "gid">> {
  const ids = await findAccounts([spec], host.accounts, signal);
  const { uid, gid } = attributesToWrite(spec, diffAttributes(spec, undefined), ids);
  return { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
}

/** @throws {Fault} WrongType, for what is at the path of the directory itself: that needs no archive to be known. */
async function refuseInPlace({ path }: ArchiveSpec, { host, signal }: WriteContext): Promise<void> {
  const found = await host.files.read({ path, content: "none" }, signal);
  if (found.type !== "present" || found.value.entry.type === "directory") return;
  const { type } = found.value.entry;
  throw wrongType({ path, type }, "a directory", `Move ${path} out of the way.`);
}

/** @throws {Fault} WrongType, for what is in the way of an entry and nobody's to remove. */
async function refuseObstacles(
  { path: directory }: ArchiveSpec,
  entries: readonly ManifestEntry[],
  { obsolete, tree }: { readonly obsolete: readonly ManifestEntry[]; readonly tree: Tree },
  context: WriteContext,
): Promise<void> {
  const goes = new Map(obsolete.map((entry) => [entry.path, entry]));
  for (const entry of entries) {
    const found = tree.get(entry.path);
    if (found === undefined || found.type === typeOnDisk(entry)) continue;
    if (await goesAway(entry.path, goes, { directory, tree }, context)) continue;
    const path = pathIn(directory, entry.path);
    const wanted = { file: "a regular file", directory: "a directory", link: "a symbolic link" };
    const remedy = `Move ${path} out of the way, or leave it out with exclude.`;
    throw wrongType({ path, type: found.type }, wanted[typeOnDisk(entry)], remedy);
  }
}

/**
 * What only the new archive has is not among what was judged, so that nobody was asked about a file of somebody's in its place.
 * After an extraction that was cut off it may be ours.
 * @throws {Fault} AlreadyExists.
 */
function refuseForeign(
  { path: directory }: ArchiveSpec,
  entries: readonly ManifestEntry[],
  { record, tree }: { readonly record: ArchiveRecord; readonly tree: Tree },
): void {
  if (record.attempt !== undefined) return;
  const ours = new Set([...record.entries, ...record.obsolete].map(({ path }) => path));
  const foreign = entries.find((entry) => {
    const found = tree.get(entry.path);
    return found !== undefined && !ours.has(entry.path) && !hasContent(entry, found);
  });
  if (foreign === undefined) return;
  const path = pathIn(directory, foreign.path);
  throw new Fault({
    reason: "AlreadyExists",
    message: `${path} is in the archive now, and somebody else's file is there`,
    resolution: `Move ${path} out of the way, or leave it out with exclude.`,
  });
}

/** Directories that were there before the first extraction are not ours to remove. */
function foundDirectories(
  record: ArchiveRecord | undefined,
  entries: readonly ManifestEntry[],
  tree: Tree,
): readonly string[] {
  const ours = new Set((record?.entries ?? []).map(({ path }) => path));
  const known = new Set(record?.found ?? []);
  return entries.flatMap(({ type, path }) => {
    if (type !== "directory" || tree.get(path)?.type !== "directory") return [];
    return known.has(path) || !ours.has(path) ? [path] : [];
  });
}

/** A directory that we make and of which the archive says nothing has the usual mode; one that was there keeps its own. */
function withModes(
  entries: readonly ManifestEntry[],
  found: readonly string[],
): readonly ManifestEntry[] {
  const kept = new Set(found);
  return entries.map((entry) => {
    const isOurs = entry.type === "directory" && !kept.has(entry.path);
    return isOurs && entry.mode === undefined ? { ...entry, mode: DIRECTORY_MODE } : entry;
  });
}

/** An archive that is opened when it is first needed. */
class LazyArchive implements AsyncDisposable {
  readonly #open: () => Promise<OpenArchive>;
  #archive: OpenArchive | undefined;

  constructor(open: () => Promise<OpenArchive>) {
    this.#open = open;
  }

  async open(): Promise<OpenArchive> {
    this.#archive ??= await this.#open();
    return this.#archive;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#archive?.[Symbol.asyncDispose]();
  }
}
