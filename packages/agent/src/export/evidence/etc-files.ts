import type { FileEntry, FileReader, FileReading, Observation } from "@holdfast/core";
import type { OwnedPaths } from "@holdfast/host";

/** Something in /etc that no package has. */
export interface EtcFile {
  readonly path: string;
  readonly entry: FileEntry;
  /** Of a symbolic link. */
  readonly linkTarget?: string;
  /** Directories above it that no package has, the outermost first. */
  readonly directories: readonly string[];
  /** Packages that have the nearest directory above it; none for one that many share. */
  readonly after: readonly string[];
}

const TOP = "/etc";
const MOST_ENTRIES = 50_000;
const MOST_LEVELS = 16;
const LISTS_AT_ONCE = 100;

/** Trees of links and files that programs make anew by themselves, and Holdfast's own. */
const GENERATED_TREES =
  /^\/etc\/(?:alternatives|ssl\/certs|rc[0-9S]\.d|holdfast|\.git|\.java|systemd\/(?:system|user)\/[^/]+\.(?:wants|requires|upholds))$/;

/**
 * Finds everything in /etc that no package has, level by level, without opening a file. What cannot be listed has nothing
 * in it that could be exported.
 */
export async function readEtc(
  files: FileReader,
  owned: OwnedPaths,
  signal: AbortSignal,
): Promise<readonly EtcFile[]> {
  const found: EtcFile[] = [];
  let directories: readonly string[] = [TOP];
  let left = MOST_ENTRIES;
  for (let level = 0; level < MOST_LEVELS && directories.length > 0; level += 1) {
    const paths = (await listAll(files, directories, signal)).slice(0, left);
    left -= paths.length;
    const requests = paths.map((path) => ({ path, content: "none" as const }));
    const readings = await files.readMany(requests, signal);
    directories = paths.filter((path, at) => isWalked(path, readings[at]));
    found.push(...paths.flatMap((path, at) => unownedAt(path, readings[at], owned)));
  }
  return found.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

async function listAll(
  files: FileReader,
  directories: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (let at = 0; at < directories.length; at += LISTS_AT_ONCE) {
    const part = directories.slice(at, at + LISTS_AT_ONCE);
    const lists = await Promise.all(part.map((path) => files.list(path, signal)));
    for (const [position, listed] of lists.entries()) {
      if (listed.type !== "present") continue;
      paths.push(...listed.value.map((name) => `${part[position] ?? TOP}/${name}`));
    }
  }
  return paths;
}

function isWalked(path: string, reading: Observation<FileReading> | undefined): boolean {
  return (
    reading?.type === "present" &&
    reading.value.entry.type === "directory" &&
    !GENERATED_TREES.test(path)
  );
}

function unownedAt(
  path: string,
  reading: Observation<FileReading> | undefined,
  owned: OwnedPaths,
): readonly EtcFile[] {
  if (reading?.type !== "present" || owned.has(path)) return [];
  const { entry, linkTarget } = reading.value;
  if (entry.type !== "file" && entry.type !== "link") return [];
  const { directories, owners } = aboveOf(path, owned);
  return [
    {
      path,
      entry,
      ...(linkTarget === undefined ? {} : { linkTarget }),
      directories,
      after: owners.length === 1 ? owners : [],
    },
  ];
}

/** The directories above a path that are nobody's, and who has the one above those. */
export function aboveOf(
  path: string,
  owned: OwnedPaths,
): { readonly directories: readonly string[]; readonly owners: readonly string[] } {
  const directories: string[] = [];
  for (let above = parentOf(path); above !== ""; above = parentOf(above)) {
    const owners = owned.get(above);
    if (owners !== undefined || above === TOP) return { directories, owners: owners ?? [] };
    directories.unshift(above);
  }
  return { directories: [], owners: [] };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
