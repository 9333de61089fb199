import { createHash } from "node:crypto";
import {
  abortFault,
  type ArchiveEntry,
  type ArchiveLimits,
  type Archives,
  throwIfAborted,
} from "@holdfast/core";
import { type ArchiveBytes, chunksOf, headOf, type KeepBytes } from "./archive-bytes.ts";
import { ArchiveMeter, type RawEntry, readFault } from "./archive-faults.ts";
import type { Compression, Expand } from "./expand.ts";
import { readTar } from "./tar/read-tar.ts";
import { readZip } from "./zip/read-zip.ts";

/** What archives are read with. */
export interface ArchivesOptions {
  /** Where the bytes are while they are read. */
  readonly keep: KeepBytes;
  readonly expand: Expand;
}

/** What an archive begins with, and what it then is; anything else is plain tar, which has nothing in front. */
const BEGINNINGS: readonly (readonly [format: Compression | "zip", bytes: readonly number[]])[] = [
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["zip", [0x50, 0x4b, 0x05, 0x06]],
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["bzip2", [0x42, 0x5a, 0x68]],
];
const LONGEST_BEGINNING = 6;

/** Reads archives of every form, in chunks. */
export function createArchives(options: ArchivesOptions): Archives {
  return {
    async open(chunks, signal) {
      throwIfAborted(signal);
      const bytes = await keptInTime(options.keep(chunks, signal), signal);
      return {
        sha256: bytes.sha256,
        entries: (limits, inTime) => readEntries({ bytes, limits, options }, inTime),
        [Symbol.asyncDispose]: () => bytes[Symbol.asyncDispose](),
      };
    },
  };
}

/** What is kept, unless nobody waits for it any more: where the chunks come from may hang. */
async function keptInTime(
  keeping: Promise<ArchiveBytes>,
  signal: AbortSignal,
): Promise<ArchiveBytes> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => {
    aborted.reject(abortFault(signal));
    keeping.then((bytes) => bytes[Symbol.asyncDispose]()).catch(() => {});
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([keeping, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

interface Reading {
  readonly bytes: ArchiveBytes;
  readonly limits: ArchiveLimits;
  readonly options: ArchivesOptions;
}

async function* readEntries(
  { bytes, limits, options }: Reading,
  signal: AbortSignal,
): AsyncGenerator<ArchiveEntry, void> {
  const meter = new ArchiveMeter(limits, bytes.sizeBytes);
  try {
    const format = formatOf(await headOf(bytes, LONGEST_BEGINNING));
    if (format === "zip")
      return yield* withDigests(readZip(bytes, { meter, expand: options.expand }, signal));
    const expanded = options.expand(chunksOf(bytes, signal), format, signal);
    yield* withDigests(readTar(metered(expanded, meter, signal), meter));
  } catch (error) {
    throw readFault(error, signal);
  }
}

async function* withDigests(entries: AsyncIterable<RawEntry>): AsyncGenerator<ArchiveEntry, void> {
  for await (const entry of entries) yield { ...entry, digest: () => digestOf(entry.chunks) };
}

async function digestOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

function formatOf(head: Uint8Array): Compression | "zip" {
  const found = BEGINNINGS.find(([, bytes]) => bytes.every((byte, at) => head[at] === byte));
  return found?.[0] ?? "none";
}

async function* metered(
  chunks: AsyncIterable<Uint8Array>,
  meter: ArchiveMeter,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of chunks) {
      meter.addBytes(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw readFault(error, signal);
  }
}
