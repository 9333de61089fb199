import {
  ABSENT,
  entriesOf,
  Fault,
  type FileReader,
  type FileReading,
  type Observation,
  parseTable,
  sysctlFormat,
} from "@holdfast/core";
import { byteStringOf, readableText, toByteString } from "../byte-text.ts";

/** In order of precedence: of files of one name the first counts (sysctl.d(5)). */
const DIRECTORIES = [
  "/etc/sysctl.d",
  "/run/sysctl.d",
  "/usr/local/lib/sysctl.d",
  "/usr/lib/sysctl.d",
];
/** Read after all others by procps, and by systemd where a link says so. */
const LAST = "/etc/sysctl.conf";

const MAX_FILES = 1_000;
const MAX_FILE_BYTES = 262_144;

/** A file that sets parameters at boot, and what it sets by key; or why that is not known. */
interface BootFile {
  readonly path: string;
  readonly values: ReadonlyMap<string, string> | Fault;
}

/** Files that set parameters at boot, in the order in which they are read. */
export type BootFiles = readonly BootFile[];

/** What sets a key after its own file, so that this is the value at boot. */
export interface Override {
  readonly path: string;
  readonly value: string;
}

/** Reads everything that sets parameters at boot. */
export async function readBootFiles(files: FileReader, signal: AbortSignal): Promise<BootFiles> {
  const paths = await listPaths(files, signal);
  const requests = paths.map((path) => ({
    path,
    content: "bytes" as const,
    maxBytes: MAX_FILE_BYTES,
    followLink: true,
  }));
  const readings = await files.readMany(requests, signal);
  return paths.map((path, position) => ({ path, values: valuesOf(path, readings[position]) }));
}

/**
 * The last file after `ownPath` that sets the key; `undefined` when what is there counts.
 * @throws {Fault} what kept such a file from being read.
 */
export function overrideOf(
  key: string,
  ownPath: string,
  bootFiles: BootFiles,
): Override | undefined {
  const own = nameOf(ownPath);
  let override: Override | undefined;
  for (const { path, values } of bootFiles) {
    if (path !== LAST && nameOf(path) <= own) continue;
    if (values instanceof Fault) throw values;
    const value = values.get(byteStringOf(key));
    if (value !== undefined) override = { path, value: readableText(value) };
  }
  return override;
}

async function listPaths(files: FileReader, signal: AbortSignal): Promise<readonly string[]> {
  const byName = new Map<string, string>();
  for (const directory of DIRECTORIES) {
    const listed = await files.list(directory, signal);
    if (listed.type === "unknown") throw listed.fault;
    const names = listed.type === "present" ? listed.value : [];
    for (const name of names) {
      if (name.endsWith(".conf") && !byName.has(name)) byName.set(name, `${directory}/${name}`);
    }
  }
  if (byName.size > MAX_FILES) throw tooMany(byName.size);
  const inOrder = [...byName.keys()].toSorted();
  return [...inOrder.map((name) => byName.get(name) ?? name), LAST];
}

/** Only a regular file sets anything: a link to /dev/null keeps a file of its name from being read. */
function valuesOf(path: string, reading: Observation<FileReading> = ABSENT): BootFile["values"] {
  if (reading.type === "unknown") return reading.fault;
  if (reading.type === "absent" || reading.value.entry.type !== "file") return new Map();
  const { bytes, entry } = reading.value;
  if (bytes === undefined) return tooLarge(path, entry.sizeBytes);
  const table = parseTable(toByteString(bytes), sysctlFormat);
  return new Map(entriesOf(table).map((entry) => [entry.path, entry.value]));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function tooLarge(path: string, sizeBytes: number): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${path} has ${sizeBytes} bytes; of a file of kernel parameters at most ${MAX_FILE_BYTES} are read`,
    resolution: "Split the file.",
  });
}

function tooMany(count: number): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${count} files set kernel parameters; at most ${MAX_FILES} are read`,
    resolution: "Remove the files that are not needed from /etc/sysctl.d and its like.",
  });
}
