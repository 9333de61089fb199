import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { codeOf } from "../system/error-code.ts";
import { resolveInside } from "../system/resolve-inside.ts";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** What a regular file of the machine ended with when it was read. */
export interface Tail {
  readonly bytes: Buffer;
  /** The file has more before these bytes. */
  readonly isCut: boolean;
}

/** An open regular file of the system's own, read from its end. */
export interface TailFile extends AsyncDisposable {
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** Reads up to `maxBytes` that end at `end`. */
  readBefore(end: number, maxBytes: number): Promise<Buffer>;
}

/**
 * Opens a file of the system inside a root, links resolved inside it; `undefined` when it is not there, cannot be read,
 * or is no regular file.
 */
export async function openTailFile(root: string, path: string): Promise<TailFile | undefined> {
  const full = resolveInside(root, path);
  if (full === undefined) return undefined;
  const handle = await openRegular(full);
  if (handle === undefined) return undefined;
  const { size, mtimeMs } = await handle.stat();
  return {
    sizeBytes: size,
    modifiedAtMs: mtimeMs,
    async readBefore(end, maxBytes) {
      const start = Math.max(0, end - maxBytes);
      const bytes = Buffer.alloc(end - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      return bytes.subarray(0, bytesRead);
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** The last `maxBytes` of such a file. */
export async function readTail(
  root: string,
  path: string,
  maxBytes: number,
): Promise<Tail | undefined> {
  await using file = await openTailFile(root, path);
  if (file === undefined) return undefined;
  const bytes = await file.readBefore(file.sizeBytes, maxBytes);
  return { bytes, isCut: file.sizeBytes > bytes.length };
}

async function openRegular(full: string): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(full, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}
