import { createHash } from "node:crypto";
import { read } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { throwIfAborted } from "@holdfast/core";
import { errnoFault } from "../files/errno-fault.ts";

const READ_BYTES = 65_536;

/** The bytes of an archive that was taken whole. */
export interface ArchiveBytes extends AsyncDisposable {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Where random access finds them. */
  readonly place: { readonly type: "file"; readonly fd: number } | InMemory;
}

interface InMemory {
  readonly type: "memory";
  readonly bytes: Buffer;
}

/** Takes all chunks and keeps them. */
export type KeepBytes = (
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
) => Promise<ArchiveBytes>;

/**
 * Keeps them in a file that has no name: nobody else reaches it, and the kernel frees it whatever becomes of the agent. It
 * is on /var/tmp, because /tmp is memory on many machines.
 */
export const keepInFile: KeepBytes = async (chunks, signal) => {
  const file = await openNameless();
  const hash = createHash("sha256");
  let sizeBytes = 0;
  // Where the chunks come from may hang and never notice the signal: the file is given back all the same.
  const giveBack = (): void => void file.close().catch(() => {});
  signal.addEventListener("abort", giveBack, { once: true });
  try {
    throwIfAborted(signal);
    for await (const chunk of chunks) {
      throwIfAborted(signal);
      hash.update(chunk);
      await writeAll(file, chunk, sizeBytes);
      sizeBytes += chunk.length;
    }
  } catch (error) {
    await file.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveBack);
  }
  return {
    sizeBytes,
    sha256: hash.digest("hex"),
    place: { type: "file", fd: file.fd },
    [Symbol.asyncDispose]: () => file.close(),
  };
};

/** Keeps them in memory, for machines that have no disk of their own. */
export const keepInMemory: KeepBytes = async (chunks, signal) => {
  const copies: Uint8Array[] = [];
  for await (const chunk of chunks) {
    throwIfAborted(signal);
    copies.push(chunk.slice());
  }
  const bytes = Buffer.concat(copies);
  return {
    sizeBytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    place: { type: "memory", bytes },
    async [Symbol.asyncDispose]() {
      // Memory goes by itself.
    },
  };
};

/** The bytes from the beginning, in chunks. */
export async function* chunksOf(
  { place, sizeBytes }: ArchiveBytes,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < sizeBytes; at += READ_BYTES) {
    throwIfAborted(signal);
    yield await readAt(place, at, Math.min(READ_BYTES, sizeBytes - at));
  }
}

/** The first bytes, as many as are asked for or there are. */
export function headOf({ place, sizeBytes }: ArchiveBytes, length: number): Promise<Uint8Array> {
  return readAt(place, 0, Math.min(length, sizeBytes));
}

async function readAt(
  place: ArchiveBytes["place"],
  position: number,
  length: number,
): Promise<Uint8Array> {
  if (place.type === "memory") return place.bytes.subarray(position, position + length);
  const bytes = Buffer.alloc(length);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  read(place.fd, bytes, { position }, (error, count) => (error ? reject(error) : resolve(count)));
  return bytes.subarray(0, await promise);
}

type Nameless = Awaited<ReturnType<typeof open>>;

async function openNameless(): Promise<Nameless> {
  const [directory, where] = await makePrivateDirectory();
  try {
    return await open(join(directory, "archive"), "wx+", 0o600);
  } catch (error) {
    throw errnoFault(error, "keep an archive in", where);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function makePrivateDirectory(): Promise<readonly [directory: string, where: string]> {
  const fallback = tmpdir();
  try {
    return [await mkdtemp("/var/tmp/holdfast-archive-"), "/var/tmp"];
  } catch {
    // Machines without /var/tmp, or that one read-only, have another place or say why not.
  }
  try {
    return [await mkdtemp(join(fallback, "holdfast-archive-")), fallback];
  } catch (error) {
    throw errnoFault(error, "keep an archive in", fallback);
  }
}

async function writeAll(file: Nameless, chunk: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    try {
      const { bytesWritten } = await file.write(chunk, at, chunk.length - at, position + at);
      at += bytesWritten;
    } catch (error) {
      throw errnoFault(error, "keep an archive in", "/var/tmp");
    }
  }
}
