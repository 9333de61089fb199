import { createHash } from "node:crypto";
import { type FileReading, type FileReadRequest, throwIfAborted } from "@holdfast/core";
import type { FileCalls } from "../calls.ts";
import { fileEntry } from "../file-entry.ts";
import type { Pass } from "../walk/pass.ts";
import { changesTooFast, DEFAULT_MAX_BYTES, openSame } from "./local-reader.ts";

/** A chunk is hashed in well under a millisecond. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Reads a long regular file in chunks, with other work of the process between them; memory is one chunk for a digest
 * and the content itself for `bytes`. `undefined` when it has gone meanwhile.
 * @throws an errno error or a {Fault}; Aborted among them.
 */
export async function readLong(
  calls: FileCalls,
  pass: Pass,
  request: FileReadRequest,
  signal: AbortSignal,
): Promise<FileReading | undefined> {
  const located = pass.locate(request.path, request.followLink === true);
  if (located.type !== "place" || located.stat === undefined) return undefined;
  const opened = openSame(calls, located, located.stat);
  if (opened === undefined) throw changesTooFast(request.path);
  const { file, stat } = opened;
  try {
    const entry = fileEntry(stat);
    if (request.content === "sha256") return { entry, sha256: await digestOf(calls, file, signal) };
    const bytes = await bytesOf(calls, file, request.maxBytes ?? DEFAULT_MAX_BYTES, signal);
    return bytes === undefined ? { entry } : { entry, bytes };
  } finally {
    calls.close(file);
  }
}

async function digestOf(calls: FileCalls, file: number, signal: AbortSignal): Promise<string> {
  const digest = createHash("sha256");
  await eachChunk(calls, file, signal, (chunk) => {
    digest.update(chunk);
    return true;
  });
  return digest.digest("hex");
}

async function bytesOf(
  calls: FileCalls,
  file: number,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  await eachChunk(calls, file, signal, (chunk) => {
    chunks.push(chunk.slice());
    length += chunk.length;
    return length <= maxBytes;
  });
  return length > maxBytes ? undefined : joined(chunks, length);
}

/** Calls `take` for each chunk in turn, until it says that it has enough. The chunk's memory is used again. */
export async function eachChunk(
  calls: FileCalls,
  file: number,
  signal: AbortSignal,
  take: (chunk: Uint8Array) => boolean | Promise<boolean>,
): Promise<void> {
  for await (const chunk of chunksOf(calls, file, signal)) {
    if (!(await take(chunk))) return;
  }
}

/** The content of an open file. The memory of a chunk is used again for the next. */
export async function* chunksOf(
  calls: FileCalls,
  file: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const memory = new Uint8Array(CHUNK_BYTES);
  let position = 0;
  for (;;) {
    throwIfAborted(signal);
    const count = await calls.read(file, memory, { offset: 0, length: CHUNK_BYTES, position });
    if (count === 0) return;
    position += count;
    yield memory.subarray(0, count);
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}
