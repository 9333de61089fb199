import {
  type FileReader,
  type FileReading,
  type InstalledPackage,
  type PackageDatabase,
} from "@holdfast/core";
import { unreadable } from "../package-faults.ts";
import { addStatus, type DpkgRecord, type DpkgRecords, parseAutoMarks } from "./dpkg-status.ts";

/** dpkg's own files. */
export const DPKG_STATUS = "/var/lib/dpkg/status";
/** apt's marks. */
export const APT_MARKS = "/var/lib/apt/extended_states";
const UPDATES = "/var/lib/dpkg/updates";

/** The status of 60,000 packages. */
const MOST_STATUS_BYTES = 64 * 1024 * 1024;
const MOST_UPDATE_BYTES = 1024 * 1024;
/** dpkg writes `status` anew after 250 updates. */
const MOST_UPDATES = 5_000;
/** How often it is read again because it was replaced meanwhile. */
const MOST_TIMES = 10;

/**
 * Reads dpkg's database and apt's marks, in this process: `status`, over it the steps of a transaction that is running or
 * was cut off, which dpkg keeps in `updates`, and `extended_states`. Read again when `status` was replaced in between,
 * because the updates that are gone by then are in the new one.
 * @throws {Fault} PackageDatabaseUnreadable, Aborted.
 */
export async function readDpkg(files: FileReader, signal: AbortSignal): Promise<DpkgReading> {
  for (let time = 0; time < MOST_TIMES; time += 1) {
    const status = await readText(files, DPKG_STATUS, signal);
    if (status === undefined) throw unreadable(DPKG_STATUS, "is not there");
    const updates = await readUpdates(files, signal);
    const marks = await readText(files, APT_MARKS, signal);
    const isSame = status.identity === (await identityOf(files, DPKG_STATUS, signal));
    if (updates === "changed" || !isSame) continue;
    return databaseOf(status.text, updates, marks?.text ?? "");
  }
  throw unreadable(DPKG_STATUS, "is replaced faster than it is read");
}

/** The database, and the architecture that names without one mean. */
export interface DpkgReading {
  readonly database: PackageDatabase;
  readonly native: string;
}

interface Text {
  readonly text: string;
  readonly identity: string;
}

/** The names are dpkg's own numbers; `tmp.i` is one that is being written. */
async function readUpdates(
  files: FileReader,
  signal: AbortSignal,
): Promise<readonly string[] | "changed"> {
  const listed = await files.list(UPDATES, signal);
  if (listed.type === "unknown") throw unreadable(UPDATES, listed.fault.message, listed.fault);
  if (listed.type === "absent") return [];
  const names = listed.value.filter((name) => /^\d{1,10}$/.test(name));
  if (names.length > MOST_UPDATES) throw unreadable(UPDATES, `has ${names.length} files`);
  names.sort((a, b) => Number(a) - Number(b));
  const requests = names.map((name) => ({
    path: `${UPDATES}/${name}`,
    content: "bytes" as const,
    maxBytes: MOST_UPDATE_BYTES,
  }));
  const texts: string[] = [];
  for (const [at, read] of (await files.readMany(requests, signal)).entries()) {
    const path = requests[at]?.path ?? UPDATES;
    if (read.type === "absent") return "changed";
    if (read.type === "unknown") throw unreadable(path, read.fault.message, read.fault);
    texts.push(textOf(path, read.value));
  }
  return texts;
}

async function readText(
  files: FileReader,
  path: string,
  signal: AbortSignal,
): Promise<Text | undefined> {
  const read = await files.read({ path, content: "bytes", maxBytes: MOST_STATUS_BYTES }, signal);
  if (read.type === "unknown") throw unreadable(path, read.fault.message, read.fault);
  if (read.type === "absent") return undefined;
  return { text: textOf(path, read.value), identity: shownIdentity(read.value) };
}

async function identityOf(files: FileReader, path: string, signal: AbortSignal): Promise<string> {
  const read = await files.read({ path, content: "none" }, signal);
  return read.type === "present" ? shownIdentity(read.value) : read.type;
}

function shownIdentity({ entry }: FileReading): string {
  return `${entry.device} ${entry.inode} ${entry.sizeBytes}`;
}

/** One byte is one character: what is compared is ASCII, and nothing has to be decoded. */
function textOf(path: string, { entry, bytes }: FileReading): string {
  if (entry.type !== "file") throw unreadable(path, "is not a regular file");
  if (bytes === undefined) throw unreadable(path, `is longer than ${MOST_STATUS_BYTES} bytes`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function databaseOf(status: string, updates: readonly string[], marks: string): DpkgReading {
  const records: DpkgRecords = new Map();
  addText(records, "status", status);
  // A database without any package is one that was lost: dpkg itself is a package.
  if (records.size === 0) throw unreadable(DPKG_STATUS, "has no package in it");
  for (const update of updates) addText(records, "updates", update);
  const native = records.get("dpkg")?.values().next().value?.architecture ?? machineArchitecture();
  const automatic = parseAutoMarks(marks);
  const packages = new Map<string, InstalledPackage>();
  for (const record of [...records.values()].flatMap((each) => [...each.values()])) {
    const { isSame: _isSame, ...known } = record;
    const found = { ...known, isManual: !isAutomatic(record, automatic, native) };
    for (const key of keysOf(record, native)) {
      // What is left of another architecture does not hide what is installed.
      if (record.state.type !== "config-files" || !packages.has(key)) packages.set(key, found);
    }
  }
  return { database: { packages, isInterrupted: updates.length > 0 }, native };
}

function addText(records: DpkgRecords, from: "status" | "updates", text: string): void {
  const path = from === "status" ? DPKG_STATUS : UPDATES;
  // dpkg ends each stanza with an empty line; without one the end is missing.
  if (text !== "" && !text.endsWith("\n")) throw unreadable(path, "is cut off at its end");
  try {
    addStatus(records, text, from);
  } catch (error) {
    throw unreadable(path, `is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A package for all architectures is one of the machine's own as well, and apt marks it as such. */
function keysOf({ name, architecture }: DpkgRecord, native: string): readonly string[] {
  if (architecture === "all") return [name, `${name}:all`, `${name}:${native}`];
  return architecture === native ? [name, `${name}:${native}`] : [`${name}:${architecture}`];
}

function isAutomatic(record: DpkgRecord, marks: ReadonlySet<string>, native: string): boolean {
  const { name, architecture } = record;
  return marks.has(`${name}:${architecture === "all" ? native : architecture}`);
}

/** As Debian calls what this runs on; dpkg is missing from the database of an image that is being made. */
function machineArchitecture(): string {
  const names: Readonly<Record<string, string>> = { x64: "amd64", ia32: "i386", arm: "armhf" };
  return names[process.arch] ?? process.arch;
}
