import { type ArchiveEntry, type ArchiveLimits, Fault, type OpenArchive } from "@holdfast/core";
import { MAX_ENTRY_PATH_BYTES, pathsAbove, shown, unsafe } from "./entry-path.ts";
import { refuseLinksOut, resolveHardLinks } from "./links.ts";
import type { ManifestEntry } from "./manifest-entry.ts";
import { type ArchiveSelection, selector } from "./selection.ts";

/** Bounds of one archive: larger things are for packages and images. */
export const ARCHIVE_LIMITS: ArchiveLimits = {
  maxExpandedBytes: 4 * 1024 ** 3,
  maxEntries: 50_000,
  maxRatio: 250,
};
/** Of all paths and link targets together, which are held in memory. */
const MAX_NAMES = 8 * 1024 * 1024;

const SET_ID_BITS = 0o6000;
const FILE_MODE = 0o644;

/**
 * Reads a whole archive once, and judges it: what it would put where, parents first. Nothing is written before this has come
 * to its end, so an archive that is refused has left no trace.
 * @throws {Fault} ArchiveUnsafe, ArchiveInvalid, ContentTooLarge, CommandNotFound, Aborted.
 */
export async function readManifest(
  archive: OpenArchive,
  selection: ArchiveSelection,
  signal: AbortSignal,
): Promise<readonly ManifestEntry[]> {
  const found = new Map<string, ManifestEntry>();
  const select = selector(selection);
  let names = 0;
  for await (const entry of archive.entries(ARCHIVE_LIMITS, signal)) {
    const path = select(entry.path);
    if (path === undefined) continue;
    names += path.length + (entry.target?.length ?? 0);
    if (names > MAX_NAMES) throw tooManyNames();
    add(found, await manifestEntry(path, entry, selection));
  }
  addDirectories(found);
  const resolved = resolveHardLinks(found, (target) => select(target));
  refuseLinksOut(resolved);
  return [...resolved.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

async function manifestEntry(
  path: string,
  entry: ArchiveEntry,
  { setuid }: ArchiveSelection,
): Promise<ManifestEntry> {
  const { type, mode, target = "" } = entry;
  switch (type) {
    case "directory":
      return { type, path, ...(mode === undefined ? {} : { mode: setuid ? mode : mode & 0o777 }) };
    case "file": {
      const hasSetId = mode !== undefined && (mode & SET_ID_BITS) !== 0;
      if (hasSetId && !setuid) {
        throw unsafe(`${shown(path)} is set-uid or set-gid, and setuid is not declared`);
      }
      const kept = setuid ? 0o6777 : 0o777;
      return { type, path, mode: (mode ?? FILE_MODE) & kept, sha256: await entry.digest() };
    }
    case "link":
      if (target === "" || target.includes("\0") || target.length > MAX_ENTRY_PATH_BYTES) {
        throw unsafe(`the link ${shown(path)} leads to no path`);
      }
      return { type, path, target };
    case "hard-link":
      return { type, path, target, mode: 0, sha256: "" };
    default:
      throw unsafe(`${shown(path)} is ${entry.what ?? "nothing that is known"}`);
  }
}

/** Two entries of one name must be one thing: readers differ about which of them counts. */
function add(found: Map<string, ManifestEntry>, entry: ManifestEntry): void {
  const before = found.get(entry.path);
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify(entry)) {
    throw unsafe(`${shown(entry.path)} is in it twice, and differs`);
  }
  found.set(entry.path, entry);
}

/** Directories that nobody put into the archive are made all the same; what is below a link or a file never is. */
function addDirectories(found: Map<string, ManifestEntry>): void {
  for (const path of Array.from(found.keys())) {
    for (const above of pathsAbove(path)) {
      const parent = found.get(above);
      if (parent === undefined) found.set(above, { type: "directory", path: above });
      else if (parent.type !== "directory") {
        throw unsafe(`${shown(path)} is below ${shown(above)}, which is no directory`);
      }
    }
  }
  found.set("", { type: "directory", path: "" });
}

function tooManyNames(): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `the names in the archive have more than ${MAX_NAMES} characters together`,
    resolution: "Make smaller archives, or extract it with an exec that has a guard.",
  });
}
