import { constants } from "node:fs";
import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { assert, Fault } from "@holdfast/core";
import { codeOf } from "../system/error-code.ts";
import {
  makePrivateDirectory,
  openPrivateDirectory,
  refuseShared,
  storageFault,
} from "./private-directory.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/**
 * One log file in its private directory: safe to open, durable to write. Its methods must not overlap; `LogStorage`
 * puts them in turn. A system error comes out as it is.
 */
export class LogFile {
  readonly path: string;
  #directory: FileHandle | undefined;
  #log: OpenLog | undefined;
  #broken: Fault | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** The whole text; `undefined` when there is no file. */
  async read(): Promise<string | undefined> {
    const handle = await this.#open(O_RDONLY);
    if (handle === undefined) return undefined;
    try {
      return await handle.readFile("utf8");
    } finally {
      await handle.close();
    }
  }

  /** Resolves when the text is on disk; after a failure the file is as before, or broken until it is replaced. */
  async append(text: string): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    const log = await this.#openLog();
    const entry = await log.handle.stat();
    if (entry.nlink === 0) throw removedFault(this.path);
    const bytes = Buffer.from(text);
    try {
      await writeAll(log.handle, bytes);
    } catch (error) {
      await this.#cutBack(log);
      throw error;
    }
    try {
      await log.handle.datasync();
    } catch (error) {
      this.#broken = storageFault(this.path, "LedgerUnavailable", error);
      throw error;
    }
    log.sizeBytes += bytes.byteLength;
  }

  /** Puts this text in the place of the file, atomically. */
  async replace(text: string): Promise<void> {
    const directory = await this.#makeDirectory();
    const temporary = this.#at(directory, `.${basename(this.path)}.new`);
    await removeStale(temporary);
    await writeNew(temporary, text);
    await rename(temporary, this.#at(directory, basename(this.path)));
    await directory.sync();
    await this.#closeLog();
    this.#broken = undefined;
  }

  /** Cuts the file; there being none is fine. */
  async truncate(sizeBytes: number): Promise<void> {
    const handle = await this.#open(O_RDWR);
    if (handle === undefined) return;
    try {
      const entry = await handle.stat();
      assert(sizeBytes <= entry.size, `a log of ${entry.size} bytes is cut to ${sizeBytes}`);
      await handle.truncate(sizeBytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await this.#closeLog();
  }

  /** Gives the descriptors back; another call opens them again. */
  async close(): Promise<void> {
    await this.#closeLog();
    await this.#directory?.close();
    this.#directory = undefined;
  }

  async #cutBack(log: OpenLog): Promise<void> {
    try {
      await log.handle.truncate(log.sizeBytes);
      await log.handle.datasync();
    } catch (error) {
      this.#broken = storageFault(this.path, "LedgerUnavailable", error);
    }
  }

  async #openLog(): Promise<OpenLog> {
    if (this.#log !== undefined) return this.#log;
    const directory = await this.#makeDirectory();
    let handle = await this.#open(O_WRONLY | O_APPEND);
    if (handle === undefined) {
      handle = await this.#open(O_WRONLY | O_APPEND | O_CREAT | O_EXCL);
      await directory.sync();
    }
    if (handle === undefined) throw removedFault(this.path);
    this.#log = { handle, sizeBytes: (await handle.stat()).size };
    return this.#log;
  }

  /** `undefined` when the file, or its directory, does not exist. */
  async #open(flags: number): Promise<FileHandle | undefined> {
    this.#directory ??= await openPrivateDirectory(dirname(this.path), "LedgerUnavailable");
    if (this.#directory === undefined) return undefined;
    const target = this.#at(this.#directory, basename(this.path));
    let handle: FileHandle;
    try {
      // Non-blocking, because a FIFO in its place must not hold the agent.
      handle = await open(target, flags | O_NOFOLLOW | O_NONBLOCK, 0o600);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw isOtherType(error) ? notFile(this.path) : error;
    }
    try {
      const entry = await handle.stat();
      if (!entry.isFile()) throw notFile(this.path);
      refuseShared(this.path, entry);
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #makeDirectory(): Promise<FileHandle> {
    const path = dirname(this.path);
    this.#directory ??= await openPrivateDirectory(path, "LedgerUnavailable");
    if (this.#directory !== undefined) return this.#directory;
    await makePrivateDirectory(path, 0o700, "LedgerUnavailable");
    this.#directory = await openPrivateDirectory(path, "LedgerUnavailable");
    if (this.#directory === undefined) throw removedFault(path);
    return this.#directory;
  }

  /** A name in the directory that was opened and checked, whatever its path leads to by now. */
  #at(directory: FileHandle, name: string): string {
    if (process.platform === "linux") return `/proc/self/fd/${directory.fd}/${name}`;
    return join(dirname(this.path), name);
  }

  async #closeLog(): Promise<void> {
    const log = this.#log;
    this.#log = undefined;
    await log?.handle.close();
  }
}

interface OpenLog {
  readonly handle: FileHandle;
  /** What is durable; the end of the file while nothing is being appended. */
  sizeBytes: number;
}

async function writeNew(path: string, text: string): Promise<void> {
  const handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await writeAll(handle, Buffer.from(text));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < bytes.byteLength) {
    const { bytesWritten } = await handle.write(bytes, offset);
    offset += bytesWritten;
  }
}

/** A link, a directory, or a socket or FIFO that nobody reads. */
function isOtherType(error: unknown): boolean {
  return ["ELOOP", "EISDIR", "ENXIO"].includes(codeOf(error) ?? "");
}

async function removeStale(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

function notFile(path: string): Fault {
  return new Fault({
    reason: "PathUnsafe",
    message: `${path} is not a regular file`,
    resolution: "Remove it; the agent makes the file it needs.",
  });
}

function removedFault(path: string): Fault {
  return new Fault({
    reason: "LedgerUnavailable",
    message: `${path} was removed while the agent used it`,
    resolution: "Restart the agent, and find out what removes its records.",
  });
}
