import type { FileReader, InstalledPackage, PackageDatabase } from "@holdfast/core";
import { unreadable } from "../package-faults.ts";

/** One directory for each installed package. */
export const PACMAN_LOCAL = "/var/lib/pacman/local";
const CONFIGURATION = "/etc/pacman.conf";
/** The form of the database that is read here. */
const KNOWN_FORM = "9";
const MOST_BYTES = 4 * 1024 * 1024;

/** A package of pacman with what it needs, by name. */
export interface PacmanPackage extends InstalledPackage {
  readonly depends: readonly string[];
}

/**
 * Reads pacman's local database, in this process. Pacman has no packages that are installed in part and leaves no
 * configuration behind; `IgnorePkg` is a hold.
 * @throws {Fault} PackageDatabaseUnreadable, Aborted.
 */
export async function readPacman(
  files: FileReader,
  signal: AbortSignal,
): Promise<readonly PacmanPackage[]> {
  const listed = await files.list(PACMAN_LOCAL, signal);
  if (listed.type === "unknown") throw unreadable(PACMAN_LOCAL, listed.fault.message, listed.fault);
  if (listed.type === "absent") throw unreadable(PACMAN_LOCAL, "is not there");
  const form = await readText(files, `${PACMAN_LOCAL}/ALPM_DB_VERSION`, signal);
  if (form?.trim() !== KNOWN_FORM) throw unreadable(PACMAN_LOCAL, `has the form ${form ?? "none"}`);
  const names = listed.value.filter((name) => name !== "ALPM_DB_VERSION");
  if (names.length === 0) throw unreadable(PACMAN_LOCAL, "has no package in it");
  const ignored = parseIgnored((await readText(files, CONFIGURATION, signal)) ?? "");
  const requests = names.map((name) => ({
    path: `${PACMAN_LOCAL}/${name}/desc`,
    content: "bytes" as const,
    maxBytes: MOST_BYTES,
  }));
  const found = await files.readMany(requests, signal);
  return found.map((read, at) => {
    const path = requests[at]?.path ?? PACMAN_LOCAL;
    if (read.type === "unknown") throw unreadable(path, read.fault.message, read.fault);
    // Removed meanwhile, or cut off in the middle: the next observation shows.
    if (read.type === "absent") throw unreadable(path, "is not there");
    const text = Buffer.from(read.value.bytes ?? []).toString("utf8");
    return parseDescription(path, text, ignored);
  });
}

/** By bare name and by `name:architecture`; `any` is every architecture. */
export function pacmanDatabase(found: readonly PacmanPackage[]): PackageDatabase {
  const packages = new Map<string, InstalledPackage>();
  for (const { depends: _depends, ...each } of found) {
    packages.set(each.name, each);
    packages.set(`${each.name}:${each.architecture}`, each);
  }
  return { packages, isInterrupted: false };
}

/** All that would be left without what it needs: pacman refuses to remove it, and says so in words. */
export function dependentsOf(
  removed: ReadonlySet<string>,
  found: readonly PacmanPackage[],
): readonly string[] {
  const goes = new Set(removed);
  for (let before = -1; before !== goes.size; ) {
    before = goes.size;
    const left = found.filter(({ name }) => !goes.has(name));
    const provided = new Set(left.flatMap(({ name, provides }) => [name, ...provides]));
    const gone = new Set(
      found
        .filter(({ name }) => goes.has(name))
        .flatMap(({ name, provides }) => [name, ...provides]),
    );
    for (const { name, depends } of left) {
      if (depends.some((each) => gone.has(each) && !provided.has(each))) goes.add(name);
    }
  }
  return [...goes];
}

function parseDescription(path: string, text: string, ignored: ReadonlySet<string>): PacmanPackage {
  const fields = new Map(
    text.split(/\n\n+/).map((block): [string, readonly string[]] => {
      const [heading = "", ...lines] = block.trim().split("\n");
      return [heading, lines];
    }),
  );
  const one = (field: string): string | undefined => fields.get(`%${field}%`)?.[0];
  const [name, version, architecture] = [one("NAME"), one("VERSION"), one("ARCH")];
  if (name === undefined || version === undefined || architecture === undefined) {
    throw unreadable(path, "has no name, version or architecture");
  }
  return {
    name,
    version,
    architecture,
    state: { type: "installed" },
    isHeld: ignored.has(name),
    isManual: one("REASON") !== "1",
    provides: (fields.get("%PROVIDES%") ?? []).map(bareName),
    depends: (fields.get("%DEPENDS%") ?? []).map(bareName),
  };
}

/** `IgnorePkg = a b` in `[options]`, as often as one likes. */
function parseIgnored(text: string): ReadonlySet<string> {
  const lines = text
    .split("\n")
    .map((line) => /^\s*IgnorePkg\s*=\s*(.*?)\s*$/.exec(line)?.[1] ?? "");
  return new Set(lines.flatMap((line) => line.split(/\s+/)).filter((name) => name !== ""));
}

/** `name>=1.0` is name. */
function bareName(dependency: string): string {
  return /^[^<>=\s]+/.exec(dependency)?.[0] ?? dependency;
}

async function readText(
  files: FileReader,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const read = await files.read({ path, content: "bytes", maxBytes: MOST_BYTES }, signal);
  if (read.type === "unknown") throw unreadable(path, read.fault.message, read.fault);
  if (read.type === "absent") return undefined;
  return Buffer.from(read.value.bytes ?? []).toString("utf8");
}
