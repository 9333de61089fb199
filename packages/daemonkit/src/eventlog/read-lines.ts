import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { throwIfAborted } from "../daemon-fault.ts";
import { fileFault, unsafeFault } from "../files/own-directory.ts";

/** A line as it lies in a file. */
export interface FileLine {
  /** From 1. */
  readonly number: number;
  /** Without its line break. */
  readonly bytes: Buffer;
  /** False for a last line without a line break. */
  readonly isEnded: boolean;
}

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const CHUNK_BYTES = 256 * 1024;
/** A longer line is handed out in parts, which no hash fits. */
const LONGEST_LINE_BYTES = 4 * 1024 * 1024;
const LINE_BREAK = 0x0a;

/**
 * Reads a regular file line by line, as bytes.
 * @throws {DaemonFault} NotFound, PathUnsafe, FileFailed; the fault of the signal.
 */
export async function* readLines(path: string, signal: AbortSignal): AsyncGenerator<FileLine> {
  const handle = await openRegular(path);
  try {
    let number = 1;
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      throwIfAborted(signal);
      const chunk = await readChunk(path, handle);
      if (chunk.length === 0) break;
      rest = Buffer.concat([rest, chunk]);
      let from = 0;
      for (let end = rest.indexOf(LINE_BREAK); end >= 0; end = rest.indexOf(LINE_BREAK, from)) {
        yield { number: number++, bytes: rest.subarray(from, end), isEnded: true };
        from = end + 1;
      }
      rest = rest.subarray(from);
      if (rest.length <= LONGEST_LINE_BYTES) continue;
      yield { number: number++, bytes: rest, isEnded: true };
      rest = Buffer.alloc(0);
    }
    if (rest.length > 0) yield { number, bytes: rest, isEnded: false };
  } finally {
    await handle.close();
  }
}

async function readChunk(
  path: string,
  handle: Awaited<ReturnType<typeof open>>,
): Promise<Uint8Array> {
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(CHUNK_BYTES), 0, CHUNK_BYTES);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw fileFault(path, error);
  }
}

async function openRegular(path: string) {
  try {
    const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (error) {
    throw fileFault(path, error);
  }
  throw unsafeFault(path, "it is no regular file", "Name the event log itself.");
}
