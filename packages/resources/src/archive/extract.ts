import {
  Fault,
  type FileAttributes,
  type OpenArchive,
  throwIfAborted,
  type WriteContext,
} from "@holdfast/core";
import { writeFault } from "../path-faults.ts";
import { driftOf, type EntryDrift, hasContent, wantedMode } from "./compare.ts";
import { pathIn } from "./manifest/entry-path.ts";
import { ARCHIVE_LIMITS } from "./manifest/read-manifest.ts";
import { selector } from "./manifest/selection.ts";
import type { ManifestEntry, ManifestFile } from "./manifest/manifest-entry.ts";
import type { ArchiveSpec } from "./spec.ts";
import type { Tree } from "./tree.ts";

/** An owner can always write into its own directory while it is filled. */
const OWNER_ALL = 0o700;
const DIRECTORY_MODE = 0o755;

/** What is to be brought into a directory. */
export interface Extraction {
  readonly spec: ArchiveSpec;
  readonly entries: readonly ManifestEntry[];
  /** What is there, as far as it stays. */
  readonly tree: Tree;
  /** The owner and group of all, as far as they are declared. */
  readonly owner: Pick<FileAttributes, "uid" | "gid">;
}

/**
 * Brings a directory to what an archive has, and writes only what differs: directories from the top down, files each in one
 * step, then links, and the rights of directories last. `archive` is asked only where a file needs its bytes.
 * @throws {Fault} what writing throws; ArchiveInvalid, when it is not what was read before; Aborted.
 */
export async function extract(
  extraction: Extraction,
  openArchive: () => Promise<OpenArchive>,
  context: WriteContext,
): Promise<void> {
  const { spec, entries, tree, owner } = extraction;
  const ids = { declaredUid: owner.uid, declaredGid: owner.gid };
  const drifts = driftOf(entries, tree, { declared: spec, ids });
  await makeDirectories(extraction, drifts, context);
  await writeFiles(extraction, drifts, openArchive, context);
  await makeLinks(extraction, drifts, context);
  await setAttributes(extraction, drifts, context);
}

async function makeDirectories(
  { spec, owner }: Extraction,
  drifts: readonly EntryDrift[],
  { host, signal }: WriteContext,
): Promise<void> {
  for (const { entry, found } of drifts) {
    if (entry.type !== "directory" || found !== undefined) continue;
    const mode = (wantedMode(entry, spec) ?? DIRECTORY_MODE) | OWNER_ALL;
    const path = pathIn(spec.path, entry.path);
    try {
      await host.files.makeDirectory({ path, mode, ...owner }, signal);
    } catch (error) {
      throw writeFault(error, path);
    }
  }
}

async function writeFiles(
  extraction: Extraction,
  drifts: readonly EntryDrift[],
  openArchive: () => Promise<OpenArchive>,
  context: WriteContext,
): Promise<void> {
  const missing = new Map<string, ManifestFile>();
  for (const { entry, fields } of drifts) {
    if (entry.type === "file" && fields.has("content")) missing.set(entry.path, entry);
  }
  if (missing.size === 0) return;
  const { selection } = extraction.spec;
  const archive = await openArchive();
  const select = selector(selection);
  for await (const entry of archive.entries(ARCHIVE_LIMITS, context.signal)) {
    if (entry.type !== "file") continue;
    const file = missing.get(select(entry.path) ?? "");
    if (file === undefined) continue;
    missing.delete(file.path);
    await writeFile(extraction, file, entry.chunks, context);
    if (missing.size === 0) return;
  }
  throw changed([...missing.keys()].join(", "));
}

async function writeFile(
  { spec, owner }: Extraction,
  file: ManifestFile,
  chunks: AsyncIterable<Uint8Array>,
  { host, attempt, signal }: WriteContext,
): Promise<void> {
  throwIfAborted(signal);
  const check = (sha256: string): void => {
    if (sha256 !== file.sha256) throw changed(file.path);
  };
  const path = pathIn(spec.path, file.path);
  const mode = wantedMode(file, spec) ?? file.mode;
  await host.files.write({ path, content: { chunks, check }, mode, ...owner, attempt }, signal);
}

/** Symbolic links, and then further names of the files that are there by now. */
async function makeLinks(
  { spec }: Extraction,
  drifts: readonly EntryDrift[],
  { host, attempt, signal }: WriteContext,
): Promise<void> {
  for (const { entry, fields } of drifts) {
    if (!fields.has("content")) continue;
    if (entry.type !== "link" && entry.type !== "hard-link") continue;
    throwIfAborted(signal);
    const hard = entry.type === "hard-link";
    const target = hard ? pathIn(spec.path, entry.target) : entry.target;
    const path = pathIn(spec.path, entry.path);
    await host.files.makeLink({ path, target, hard, force: true, attempt }, signal);
  }
}

/** What was there with other rights, and directories that were only now filled. */
async function setAttributes(
  { spec, owner }: Extraction,
  drifts: readonly EntryDrift[],
  { host, signal }: WriteContext,
): Promise<void> {
  for (const { entry, found } of drifts.toReversed()) {
    const mode = wantedMode(entry, spec);
    const isNewDirectory = entry.type === "directory" && found === undefined;
    const isFilled = isNewDirectory && mode !== undefined && (mode & OWNER_ALL) !== OWNER_ALL;
    const isKept = found !== undefined && entry.type !== "link" && hasContent(entry, found);
    if (!isFilled && !isKept) continue;
    const path = pathIn(spec.path, entry.path);
    const attributes = { ...owner, ...(mode === undefined ? {} : { mode }) };
    await host.files.setAttributes({ path, ...attributes }, signal);
  }
}

function changed(path: string): Fault {
  return new Fault({
    reason: "ArchiveInvalid",
    message: `the archive does not hold what it held before: ${path}`,
    resolution: "Nothing is to be done: it is read again.",
  });
}
