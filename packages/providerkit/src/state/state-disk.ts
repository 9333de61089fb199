import { Fault } from "@holdfast/core";

/**
 * The disk under state files: a narrow table of calls, so that a test can stop it after any of them. The real one is
 * `createLogCalls({ directory: 0o700, file: 0o600 })` of `@holdfast/daemonkit/appendlog`, which makes files with mode 0600
 * in a directory that nobody else can write.
 */
export interface StateDisk {
  /** Opens a file for reading; `undefined` where there is none. */
  openToRead(path: string): Promise<StateFileReader | undefined>;
  /** Makes an empty file; one of this name is removed first. */
  create(path: string): Promise<StateFileWriter>;
}

/** A file that is open for reading. */
export interface StateFileReader {
  sizeBytes(): Promise<number>;
  read(fromBytes: number, lengthBytes: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A file that is being made. */
export interface StateFileWriter {
  /** Adds to the end, and says how much of it was written. */
  append(bytes: Uint8Array): Promise<number>;
  /** Makes the content durable. */
  sync(): Promise<void>;
  /** Gives the file another name in its directory, atomically, in the place of a file that has it. */
  takeName(path: string): Promise<void>;
  /** Makes the name durable. */
  syncDirectory(): Promise<void>;
  close(): Promise<void>;
}

/** Keeps other runs out of one state while it is compared and swapped; held until it is disposed. */
export type StateLock = (path: string, signal: AbortSignal) => Promise<AsyncDisposable>;

/** So much is read of one file. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The bytes of a file; `undefined` where there is none. */
export async function readBytes(disk: StateDisk, path: string): Promise<Uint8Array | undefined> {
  const file = await disk.openToRead(path);
  if (file === undefined) return undefined;
  try {
    const sizeBytes = await file.sizeBytes();
    if (sizeBytes > MOST_BYTES) throw tooLarge(path);
    const bytes = new Uint8Array(sizeBytes);
    let done = 0;
    while (done < sizeBytes) {
      const part = await file.read(done, sizeBytes - done);
      if (part.length === 0) break;
      bytes.set(part, done);
      done += part.length;
    }
    return bytes.subarray(0, done);
  } finally {
    await file.close();
  }
}

/** Writes a file beside, makes it durable and gives it its name: at any time the name leads to the old or the new bytes. */
export async function replaceFile(
  disk: StateDisk,
  path: string,
  bytes: Uint8Array,
): Promise<undefined> {
  const file = await disk.create(`${path}.new`);
  try {
    let done = 0;
    while (done < bytes.length) done += await file.append(bytes.subarray(done));
    await file.sync();
    await file.takeName(path);
    await file.syncDirectory();
  } finally {
    await file.close();
  }
}

function tooLarge(path: string): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${path} is larger than ${MOST_BYTES} bytes`,
    resolution: "It is no state file: move it away, and put the right one back.",
  });
}
