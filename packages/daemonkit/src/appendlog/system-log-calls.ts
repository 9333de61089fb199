import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir, rename, unlink } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { codeOf } from "../error-code.ts";
import {
  fileFault,
  makeOwnDirectory,
  type OpenDirectory,
  openOwnDirectory,
  refuseShared,
  unsafeFault,
} from "../files/own-directory.ts";
import type { LogCalls, LogFileCalls, LogFileState, LogReadCalls } from "./log-calls.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/** Who may read the files of a log. */
export interface LogModes {
  /** Of the directory, where it is made. */
  readonly directory: number;
  /** Of a new file, whatever the umask says. */
  readonly file: number;
}

/** The real file system, for logs that the group may read: 0750 and 0640. */
export const systemLogCalls: LogCalls = createLogCalls({ directory: 0o750, file: 0o640 });

/**
 * The real file system. The directory is made where it is missing; it and the file must be nobody else's to write, and
 * the file a regular one, with a single name where others may enter the directory.
 */
export function createLogCalls(modes: LogModes): LogCalls {
  return {
    async open(path) {
      await makeOwnDirectory(dirname(path), { mode: modes.directory });
      return openAt(path, O_RDWR | O_APPEND | O_CREAT, modes);
    },

    async openToRead(path) {
      try {
        return readCalls(await openAt(path, O_RDONLY, modes));
      } catch (error) {
        return unlessMissing(path, error, undefined);
      }
    },

    async create(path) {
      await makeOwnDirectory(dirname(path), { mode: modes.directory });
      await removeAt(path);
      return openAt(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL, modes);
    },

    remove: removeAt,

    async moveObstacle(from, to) {
      try {
        await using directory = await openOwnDirectory(dirname(from));
        const entry = await lstat(directory.at(basename(from)));
        if (entry.isFile() || entry.isSymbolicLink()) return false;
        await rename(directory.at(basename(from)), directory.at(basename(to)));
        return true;
      } catch (error) {
        return unlessMissing(from, error, false);
      }
    },

    async list(path) {
      try {
        await using directory = await openOwnDirectory(path);
        return await readdir(directory.at("."));
      } catch (error) {
        return unlessMissing(path, error, []);
      }
    },
  };
}

async function openAt(path: string, flags: number, modes: LogModes): Promise<LogFileCalls> {
  const directory = await openOwnDirectory(dirname(path));
  try {
    // Non-blocking, because what lies there may be a FIFO.
    const all = flags | O_NOFOLLOW | O_NONBLOCK;
    const handle = await open(directory.at(basename(path)), all, modes.file);
    try {
      const entry = await refuseForeign(path, handle, modes);
      if (entry.size === 0 && flags !== O_RDONLY) await handle.chmod(modes.file);
      return fileCalls(path, handle, { directory, entry });
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    await directory[Symbol.asyncDispose]();
    const code = codeOf(error) ?? "";
    if (["ELOOP", "EISDIR", "ENXIO"].includes(code)) throw notFile(path);
    throw fileFault(path, error);
  }
}

async function refuseForeign(path: string, handle: FileHandle, modes: LogModes): Promise<Stats> {
  const entry = await handle.stat();
  if (!entry.isFile()) throw notFile(path);
  // In a directory that nobody else enters, only its owner can have made a second name.
  if (entry.nlink > 1 && (modes.directory & 0o077) !== 0) {
    throw unsafeFault(path, "it has a second name", "Remove the other hard link.");
  }
  refuseShared(path, entry);
  return entry;
}

interface OpenedAt {
  readonly directory: OpenDirectory;
  readonly entry: Stats;
}

function readCalls({ sizeBytes, read, close }: LogReadCalls): LogReadCalls {
  return { sizeBytes, read, close };
}

function fileCalls(
  openedAs: string,
  handle: FileHandle,
  { directory, entry }: OpenedAt,
): LogFileCalls {
  let path = openedAs;
  return {
    sizeBytes: async () => (await handle.stat()).size,
    async read(fromBytes, lengthBytes) {
      const bytes = new Uint8Array(lengthBytes);
      const { bytesRead } = await handle.read(bytes, 0, lengthBytes, fromBytes);
      return bytes.subarray(0, bytesRead);
    },
    async observe() {
      // By its whole path: a directory that was moved away takes its entries along.
      const [{ size }, name] = await Promise.all([handle.stat(), nameState(path, entry)]);
      return { sizeBytes: size, name };
    },
    append: async (bytes) => (await handle.write(bytes)).bytesWritten,
    truncate: (sizeBytes) => handle.truncate(sizeBytes),
    sync: () => handle.datasync(),
    async takeName(name) {
      await rename(directory.at(basename(path)), directory.at(basename(name)));
      path = name;
    },
    syncDirectory: () => directory.sync(),
    async close() {
      await directory[Symbol.asyncDispose]();
      await handle.close();
    },
  };
}

async function nameState(path: string, own: Stats): Promise<LogFileState["name"]> {
  try {
    const named = await lstat(path);
    return named.ino === own.ino && named.dev === own.dev ? "own" : "other";
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return "gone";
    throw error;
  }
}

async function removeAt(path: string): Promise<void> {
  try {
    await using directory = await openOwnDirectory(dirname(path));
    await unlink(directory.at(basename(path)));
  } catch (error) {
    unlessMissing(path, error, undefined);
  }
}

/** What stands for a thing that is not there. */
function unlessMissing<Absent>(path: string, error: unknown, absent: Absent): Absent {
  const fault = fileFault(path, error);
  if (fault.reason === "NotFound") return absent;
  throw fault;
}

function notFile(path: string) {
  return unsafeFault(path, "it is a link or no regular file", "Remove it, or name another file.");
}
