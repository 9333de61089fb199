import { Fault, type FileReader } from "@holdfast/core";
import { archiveHeadBytes, namesInArchive } from "./locale-archive.ts";
import { comparableLocale, isBuiltIn } from "./locale-name.ts";

/** Where glibc has what was generated: a directory each, or all in one archive. */
export const LOCALES = "/usr/lib/locale";
/** Never read whole: with many locales it has hundreds of megabytes. */
export const ARCHIVE = `${LOCALES}/locale-archive`;

/** An archive may be as long as it likes; its head is bounded. */
const MOST_ARCHIVE_BYTES = 17_179_869_184;

/**
 * Those of the names that are not there for the C library to use, in their order. No program is run.
 * @throws {Fault} what kept the directory or the archive from being read.
 */
export async function missingLocales(
  names: readonly string[],
  files: FileReader,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const wanted = names.filter((name) => !isBuiltIn(name));
  if (wanted.length === 0) return [];
  const directory = await files.list(LOCALES, signal);
  if (directory.type === "unknown") throw directory.fault;
  const entries = directory.type === "present" ? directory.value : [];
  const there = new Set(entries.map(comparableLocale));
  if (entries.includes("locale-archive")) {
    for (const name of await readArchive(files, signal)) there.add(comparableLocale(name));
  }
  return wanted.filter((name) => !there.has(comparableLocale(name)));
}

async function readArchive(files: FileReader, signal: AbortSignal): Promise<readonly string[]> {
  let head = new Uint8Array();
  try {
    const request = { path: ARCHIVE, maxBytes: MOST_ARCHIVE_BYTES };
    for await (const chunk of files.stream(request, signal)) {
      head = joined(head, chunk);
      if (head.length >= archiveHeadBytes(head)) break;
    }
  } catch (error) {
    // Taken away after the directory was listed.
    if (error instanceof Fault && error.reason === "NotFound") return [];
    throw error;
  }
  return namesInArchive(head);
}

/** The memory of a chunk is used again. */
function joined(before: Uint8Array, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(before.length + chunk.length);
  both.set(before);
  both.set(chunk, before.length);
  return both;
}
