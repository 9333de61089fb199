import * as fs from "node:fs";
import { decodeName, encodePath, hasLostBytes } from "@holdfast/daemonkit/machine";
import type { ByteRange, CallerIdentity, FileCalls, FileStat } from "./calls.ts";
import { readOpenFileLimit } from "../system/open-file-limit.ts";
import { errnoOf } from "./errno-fault.ts";
import { loadRealAttributes } from "./real-attributes.ts";
import { loadRealWriterCheck } from "./real-writers.ts";

const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } =
  fs.constants;

/** Linux's number on every architecture Node runs on; Node has no constant for it. libuv adds O_CLOEXEC to all opens. */
const O_PATH = 0o10000000;
const NO_ENTRY_IS_UNDEFINED = { throwIfNoEntry: false } as const;

/**
 * The calls on this machine. Names are those of `decodeName`: whatever bytes they have, they lead back to what was listed. A
 * name in an open directory is reached through `/proc/self/fd/N/name`, which is what `openat` and its like do: Node has none
 * of them.
 */
export const realFileCalls: FileCalls = {
  identity,
  openFileLimit: readOpenFileLimit,
  mountInfo: () => decodeName(fs.readFileSync("/proc/self/mountinfo")),
  loadAttributes: loadRealAttributes,
  loadWriterCheck: loadRealWriterCheck,

  openRoot: (path) => fs.openSync(path, O_PATH | O_DIRECTORY),
  openDirectory: (directory, name) =>
    fs.openSync(at(directory, name), O_PATH | O_DIRECTORY | O_NOFOLLOW),
  openPath: (directory, name) => fs.openSync(at(directory, name), O_PATH | O_NOFOLLOW),
  openFile: (directory, name) =>
    fs.openSync(at(directory, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
  lookup: (directory, name): FileStat | undefined =>
    fs.lstatSync(at(directory, name), NO_ENTRY_IS_UNDEFINED),
  stat: (handle): FileStat => fs.fstatSync(handle),
  modifiedNs: (handle) => fs.fstatSync(handle, { bigint: true }).mtimeNs,
  readNow: (file, into, range) =>
    fs.readSync(file, into, range.offset, range.length, range.position),
  readLink: (directory, name) => readLink(at(directory, name)),
  pathOf: (handle) => readLink(itself(handle)),
  close: (handle) => fs.closeSync(handle),

  read: (file, into, range) =>
    waiting<number>((done) => {
      fs.read(file, into, range.offset, range.length, range.position, done);
    }),
  create: (directory, name, mode) =>
    waiting<number>((done) => {
      fs.open(at(directory, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode, done);
    }),
  write: (file, from, range: ByteRange) =>
    waiting<number>((done) => {
      fs.write(file, from, range.offset, range.length, range.position, done);
    }),
  append,
  truncate: (file, sizeBytes) => settling((done) => fs.ftruncate(file, sizeBytes, done)),
  openToWrite: (handle) =>
    waiting<number>((done) => {
      fs.open(itself(handle), O_WRONLY | O_NONBLOCK, done);
    }),
  sync: (file) => settling((done) => fs.fsync(file, done)),
  syncPath,
  chown: (handle, uid, gid) => settling((done) => fs.chown(itself(handle), uid, gid, done)),
  chmod: (handle, mode) => settling((done) => fs.chmod(itself(handle), mode, done)),
  chownLink: (directory, name, owner) =>
    settling((done) => fs.lchown(at(directory, name), owner.uid, owner.gid, done)),
  rename: (from, to) =>
    settling((done) => {
      fs.rename(at(from.directory, from.name), at(to.directory, to.name), done);
    }),
  link: (from, to) =>
    settling((done) => {
      fs.link(at(from.directory, from.name), at(to.directory, to.name), done);
    }),
  symlink: (target, directory, name) =>
    settling((done) => fs.symlink(encodePath(target), at(directory, name), done)),
  unlink: (directory, name) => settling((done) => fs.unlink(at(directory, name), done)),
  makeDirectory: (directory, name, mode) =>
    settling((done) => fs.mkdir(at(directory, name), { mode }, done)),
  removeDirectory: (directory, name) => settling((done) => fs.rmdir(at(directory, name), done)),
  list,
};

/** Names are asked for so many at a time. */
const LISTING = { bufferSize: 1_024 } as const;

/** Almost every name is a text, and texts are listed in a third of the time that bytes take. */
async function list(directory: number, most: number): Promise<readonly string[]> {
  const path = at(directory, ".");
  const names = await firstNames(await fs.promises.opendir(path, LISTING), most);
  if (!names.some(hasLostBytes)) return names;
  // A character for each byte.
  const bytes = await fs.promises.opendir(path, { ...LISTING, encoding: "latin1" });
  return (await firstNames(bytes, most)).map((name) => decodeName(Buffer.from(name, "latin1")));
}

async function firstNames(entries: fs.Dir, most: number): Promise<readonly string[]> {
  const names: string[] = [];
  // Leaving the loop closes it.
  for await (const { name } of entries) {
    if (names.length === most) break;
    names.push(name);
  }
  return names;
}

function readLink(path: string | Buffer): string {
  const target = fs.readlinkSync(path);
  return hasLostBytes(target) ? decodeName(fs.readlinkSync(path, "buffer")) : target;
}

function identity(): CallerIdentity {
  return {
    uid: process.geteuid?.() ?? 0,
    gid: process.getegid?.() ?? 0,
    umask: process.umask(),
  };
}

async function append(handle: number, bytes: Uint8Array): Promise<number> {
  const flags = O_WRONLY | O_APPEND | O_NONBLOCK;
  const file = await waiting<number>((done) => {
    fs.open(itself(handle), flags, done);
  });
  try {
    return await waiting<number>((done) => {
      fs.write(file, bytes, done);
    });
  } finally {
    fs.closeSync(file);
  }
}

/** A path handle cannot be synced, so what it stands for is opened again: for reading, or where that is denied for writing. */
async function syncPath(handle: number): Promise<void> {
  const file = openForSync(itself(handle));
  try {
    await settling((done) => fs.fsync(file, done));
  } finally {
    fs.closeSync(file);
  }
}

function openForSync(path: string): number {
  try {
    return fs.openSync(path, O_RDONLY | O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) !== "EACCES") throw error;
    return fs.openSync(path, O_WRONLY | O_NONBLOCK);
  }
}

function at(directory: number, name: string): string | Buffer {
  return encodePath(`/proc/self/fd/${directory}/${name}`);
}

function itself(handle: number): string {
  return `/proc/self/fd/${handle}`;
}

type Settled = (error: Error | null) => void;
type Answered<T> = (error: Error | null, value: T) => void;

/** Node's callback calls cost less than half of `fs/promises`. */
function settling(start: (done: Settled) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function waiting<T>(start: (done: Answered<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error === null) resolve(value);
      else reject(error);
    });
  });
}
