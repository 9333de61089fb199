import { type FileReader, type FileReadRequest } from "@holdfast/core";
import { unreadable } from "../packages/package-faults.ts";

const INFO = "/var/lib/dpkg/info";
/** The longest lists that packages have are some 5 MB. */
const MOST_LIST_BYTES = 16 * 1024 * 1024;
const MOST_LISTS = 50_000;
/** Read at once, so that not all of them are in memory together. */
const LISTS_AT_ONCE = 200;

/** The paths that are of interest: configuration, units, and keys of repositories. */
const INTERESTING = /^\/(?:etc|(?:usr\/)?lib\/systemd\/system|usr\/share\/keyrings)(?:\/|$)/;

/** Which packages have a path: those under /etc, units and keyrings, directories too. */
export type OwnedPaths = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the lists of files of all packages, in this process.
 * @throws {Fault} PackageDatabaseUnreadable, when one of them cannot be read: nothing is then known to be nobody's.
 */
export async function readOwnedPaths(files: FileReader, signal: AbortSignal): Promise<OwnedPaths> {
  const names = await namesIn(files, INFO, signal);
  const lists = names.filter((name) => name.endsWith(".list"));
  if (lists.length > MOST_LISTS) throw unreadable(INFO, `has ${lists.length} lists of files`);
  const owned = new Map<string, string[]>();
  for (let at = 0; at < lists.length; at += LISTS_AT_ONCE) {
    const part = lists.slice(at, at + LISTS_AT_ONCE);
    for (const [position, text] of (await readTexts(files, part, signal)).entries()) {
      addList(owned, (part[position] ?? "").replace(/(?::[a-z0-9-]+)?\.list$/, ""), text);
    }
  }
  return owned;
}

/** The names in a directory of dpkg. */
export async function namesIn(
  files: FileReader,
  path: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const listed = await files.list(path, signal);
  if (listed.type === "unknown") throw unreadable(path, listed.fault.message, listed.fault);
  return listed.type === "absent" ? [] : listed.value;
}

/** Some files of dpkg's directory of packages, as texts. */
export async function readTexts(
  files: FileReader,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const requests = names.map((name): FileReadRequest => {
    return { path: `${INFO}/${name}`, content: "bytes", maxBytes: MOST_LIST_BYTES };
  });
  const found = await files.readMany(requests, signal);
  return found.map((reading, position) => {
    const path = requests[position]?.path ?? INFO;
    if (reading.type === "unknown") throw unreadable(path, reading.fault.message, reading.fault);
    // A package that is removed meanwhile has no list.
    if (reading.type === "absent") return "";
    if (reading.value.bytes === undefined) throw unreadable(path, "is no file of a usual length");
    return new TextDecoder().decode(reading.value.bytes);
  });
}

/** The names of dpkg's directory of packages. */
export function infoNames(files: FileReader, signal: AbortSignal): Promise<readonly string[]> {
  return namesIn(files, INFO, signal);
}

function addList(owned: Map<string, string[]>, name: string, text: string): void {
  for (const line of text.split("\n")) {
    if (!INTERESTING.test(line)) continue;
    // The list of a unit is under /lib or under /usr/lib; they are one directory.
    const path = line.replace(/^\/lib\//, "/usr/lib/");
    const owners = owned.get(path);
    if (owners === undefined) owned.set(path, [name]);
    else if (owners.at(-1) !== name) owners.push(name);
  }
}
