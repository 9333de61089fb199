import { crc32 } from "node:zlib";
import { type ArchiveEntryType, throwIfAborted } from "@holdfast/core";
import type { Entry, ZipFile } from "yauzl";
import type { ArchiveBytes } from "../archive-bytes.ts";
import type { Compression, Expand } from "../expand.ts";
import { type ArchiveMeter, invalidArchive, type RawEntry, readFault } from "../archive-faults.ts";

/** Longest target of a link. */
const MAX_TARGET_BYTES = 4096;

/** The type in a mode, as Unix has it. */
const TYPE_BITS = 0o170000;
const DIRECTORY_BITS = 0o040000;
const LINK_BITS = 0o120000;
const FILE_BITS = 0o100000;

/** What made an entry, in the high byte of its version; only Unix has modes. */
const MADE_BY_UNIX = 3;

/** What entries are read with. */
export interface ZipTools {
  readonly meter: ArchiveMeter;
  readonly expand: Expand;
}

/** Of the ways to compress an entry, those that anybody uses. */
const METHODS: ReadonlyMap<number, Compression> = new Map([
  [0, "none"],
  [8, "deflate"],
]);

/**
 * Reads a zip archive by its directory, which is what counts of it.
 * @throws {Fault} ArchiveInvalid.
 */
export async function* readZip(
  bytes: ArchiveBytes,
  { meter, expand }: ZipTools,
  signal: AbortSignal,
): AsyncGenerator<RawEntry, void> {
  const yauzl = await import("yauzl");
  const options = { autoClose: false, decodeStrings: false } as const;
  const zip =
    bytes.place.type === "file"
      ? await yauzl.fromFdPromise(bytes.place.fd, options)
      : await yauzl.fromBufferPromise(bytes.place.bytes, options);
  for await (const entry of zip.eachEntry()) {
    meter.addEntry();
    const name = yauzl.getFileNameLowLevel(
      entry.generalPurposeBitFlag,
      entry.fileNameRaw,
      entry.extraFields,
      true,
    );
    if (entry.isEncrypted()) throw invalidArchive(`${name} is encrypted`);
    const content = () => contentOf(zip, entry, { meter, expand, signal });
    yield await zipEntry(name, entry, content);
  }
}

async function zipEntry(
  path: string,
  entry: Entry,
  content: () => AsyncIterable<Uint8Array>,
): Promise<RawEntry> {
  const unixMode = unixModeOf(entry);
  const type = typeOf(path, unixMode);
  const mode = unixMode === undefined ? undefined : unixMode & 0o7777;
  const nothing = noChunks();
  if (type === "other") return { path, type, mode, what: "a device or FIFO", chunks: nothing };
  if (type === "directory") return { path, type, mode, chunks: nothing };
  if (type === "file") return { path, type, mode, chunks: content() };
  return { path, type, mode, target: await targetIn(content()), chunks: nothing };
}

function unixModeOf({ versionMadeBy, externalFileAttributes }: Entry): number | undefined {
  const mode = externalFileAttributes >>> 16;
  return versionMadeBy >>> 8 === MADE_BY_UNIX && mode !== 0 ? mode : undefined;
}

function typeOf(path: string, unixMode: number | undefined): ArchiveEntryType {
  const bits = (unixMode ?? 0) & TYPE_BITS;
  if (path.endsWith("/")) return bits === 0 || bits === DIRECTORY_BITS ? "directory" : "other";
  if (bits === 0 || bits === FILE_BITS) return "file";
  if (bits === LINK_BITS) return "link";
  return bits === DIRECTORY_BITS ? "directory" : "other";
}

async function targetIn(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of content) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_TARGET_BYTES) throw invalidArchive("a link leads to no path");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Checks what an entry claims about its content, because the library only checks what it expands itself. */
async function* contentOf(
  zip: ZipFile,
  entry: Entry,
  { meter, expand, signal }: ZipTools & { readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array, void> {
  const method = METHODS.get(entry.compressionMethod);
  if (method === undefined)
    throw invalidArchive("an entry is compressed in a way that is not read");
  let [sum, sizeBytes] = [0, 0];
  try {
    const compressed = await zip.openReadStreamPromise(entry, { decodeFileData: false });
    for await (const chunk of expand(compressed, method, signal)) {
      throwIfAborted(signal);
      meter.addBytes(chunk.length);
      sizeBytes += chunk.length;
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    throw readFault(error, signal);
  }
  if (sum === entry.crc32 && sizeBytes === entry.uncompressedSize) return;
  throw invalidArchive("an entry does not have its length and checksum");
}

async function* noChunks(): AsyncGenerator<Uint8Array, void> {
  // Of what has no content.
}
