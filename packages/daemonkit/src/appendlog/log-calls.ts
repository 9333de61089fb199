import { constants } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { codeOf } from "../error-code.ts";
import {
  fileFault,
  makeOwnDirectory,
  openOwnDirectory,
  refuseShared,
  unsafeFault,
} from "../files/own-directory.ts";

/** The file system as a log sees it: a narrow table, so that a test can stop it after any call. */
export interface LogCalls {
  /**
   * Opens a log file, and makes it where there is none.
   * @throws {DaemonFault} PathUnsafe, DiskFull, FileFailed.
   */
  open(path: string): Promise<LogFileCalls>;
  /**
   * The names in a directory; none where it is missing.
   * @throws {DaemonFault} PathUnsafe, FileFailed.
   */
  list(directory: string): Promise<readonly string[]>;
}

/** An open log file. Every call may fail with a system error. */
export interface LogFileCalls {
  sizeBytes(): Promise<number>;
  /** May read less than asked for only at the end of the file. */
  read(fromBytes: number, lengthBytes: number): Promise<Uint8Array>;
  /** Adds to the end of the file, and says how much of it was written. */
  append(bytes: Uint8Array): Promise<number>;
  truncate(sizeBytes: number): Promise<void>;
  /** Makes content and size durable; fails when the file has lost its name, which nothing can be kept in. */
  sync(): Promise<void>;
  /** Makes the name durable. */
  syncDirectory(): Promise<void>;
  close(): Promise<void>;
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;
const MODE = 0o640;

/**
 * The real file system. The directory is made 0750 where it is missing; it and the file must be nobody else's to
 * write, and the file a regular one with a single name. A new file has mode 0640 whatever the umask says.
 */
export const systemLogCalls: LogCalls = {
  async open(path) {
    await makeOwnDirectory(dirname(path));
    const directory = await openOwnDirectory(dirname(path));
    try {
      // Non-blocking, because what lies there may be a FIFO.
      const flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
      const handle = await open(directory.at(basename(path)), flags, MODE);
      try {
        await refuseForeign(path, handle);
      } catch (error) {
        await handle.close();
        throw error;
      }
      return fileCalls(path, handle, directory);
    } catch (error) {
      await directory[Symbol.asyncDispose]();
      const code = codeOf(error) ?? "";
      if (["ELOOP", "EISDIR", "ENXIO"].includes(code)) throw notFile(path);
      throw fileFault(path, error);
    }
  },

  async list(path) {
    try {
      await using directory = await openOwnDirectory(path);
      return await readdir(directory.at("."));
    } catch (error) {
      const fault = fileFault(path, error);
      if (fault.reason === "NotFound") return [];
      throw fault;
    }
  },
};

async function refuseForeign(path: string, handle: FileHandle): Promise<void> {
  const entry = await handle.stat();
  if (!entry.isFile()) throw notFile(path);
  if (entry.nlink > 1) {
    throw unsafeFault(path, "it has a second name", "Remove the other hard link.");
  }
  refuseShared(path, entry);
  if (entry.size === 0) await handle.chmod(MODE);
}

function fileCalls(
  path: string,
  handle: FileHandle,
  directory: Awaited<ReturnType<typeof openOwnDirectory>>,
): LogFileCalls {
  return {
    sizeBytes: async () => (await handle.stat()).size,
    async read(fromBytes, lengthBytes) {
      const bytes = new Uint8Array(lengthBytes);
      const { bytesRead } = await handle.read(bytes, 0, lengthBytes, fromBytes);
      return bytes.subarray(0, bytesRead);
    },
    append: async (bytes) => (await handle.write(bytes)).bytesWritten,
    truncate: (sizeBytes) => handle.truncate(sizeBytes),
    async sync() {
      await handle.datasync();
      if ((await handle.stat()).nlink > 0) return;
      throw unsafeFault(path, "it was removed while it was open", "Find out what removed it.");
    },
    syncDirectory: () => directory.sync(),
    close: async () => {
      await directory[Symbol.asyncDispose]();
      await handle.close();
    },
  };
}

function notFile(path: string) {
  return unsafeFault(path, "it is a link or no regular file", "Remove it, or name another file.");
}
