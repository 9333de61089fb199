import { closeSync, constants, openSync } from "node:fs";
import { codeOf } from "../../system/error-code.ts";
import { directoryKey } from "./fanotify-events.ts";

/** fanotify(7), for directories. */
export interface Fanotify extends Disposable {
  /** Subscribes to events of a directory's entries; returns its key, `undefined` where the kernel cannot. */
  mark(directory: string): string | undefined;
  /** Takes that back, if the directory at the path still is the one with this key. */
  unmark(directory: string, key: string): void;
  /** The events since the last read, as many as fit; empty when there are none. Never waits. */
  read(): Buffer;
}

/** From linux/fanotify.h; the same on every architecture. */
const FAN_CLOEXEC = 0x1;
const FAN_NONBLOCK = 0x2;
const FAN_REPORT_PIDFD = 0x80;
const FAN_REPORT_DIR_FID = 0x400;
const FAN_REPORT_NAME = 0x800;
const FAN_MARK_ADD = 0x1;
const FAN_MARK_REMOVE = 0x2;
const FAN_MARK_ONLYDIR = 0x8;
/** The events of fs.watch too, so that each of its hints has its writer here. */
const FAN_MODIFY = 0x2;
const FAN_ATTRIB = 0x4;
const FAN_MOVED_FROM = 0x40;
const FAN_MOVED_TO = 0x80;
const FAN_CREATE = 0x100;
const FAN_DELETE = 0x200;
const FAN_EVENT_ON_CHILD = 0x08000000;
const FAN_ONDIR = 0x40000000;
const MASK =
  FAN_MODIFY | FAN_ATTRIB | FAN_MOVED_FROM | FAN_MOVED_TO | FAN_CREATE | FAN_DELETE | FAN_ONDIR;

const AT_EMPTY_PATH = 0x1000;
/** MAX_HANDLE_SZ. */
const MOST_HANDLE_BYTES = 128;
/** Of a 64-bit `struct statfs`: seven words come before it. */
const FILE_SYSTEM_AT = 56;
const STATFS_BYTES = 256;
/** Some fifty events. Each brings a descriptor, so it is not more. */
const READ_BYTES = 4_096;
/** 64 bits and little-endian: what the layouts here are of. */
const ARCHITECTURES: ReadonlySet<string> = new Set(["x64", "arm64", "riscv64", "loong64"]);

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/** Opens fanotify(7); the answer is a sentence when it is not to be had. */
export async function openFanotify(): Promise<Fanotify | string> {
  if (process.platform !== "linux" || !ARCHITECTURES.has(process.arch)) {
    return `nothing tells who writes on ${process.platform} ${process.arch}`;
  }
  let koffi: typeof import("koffi").default;
  try {
    ({ default: koffi } = await import("koffi"));
  } catch {
    return "koffi does not load here";
  }
  const library = koffi.load(null);
  const init: (flags: number, fileFlags: number) => number = library.func(
    "int fanotify_init(unsigned int, unsigned int)",
  );
  const flags =
    FAN_CLOEXEC | FAN_NONBLOCK | FAN_REPORT_PIDFD | FAN_REPORT_DIR_FID | FAN_REPORT_NAME;
  const group = init(flags, 0);
  if (group < 0) return refusal(koffi);
  return bindGroup(library, group);
}

type Library = ReturnType<typeof import("koffi").default.load>;

function bindGroup(library: Library, group: number): Fanotify {
  const calls = bindCalls(library);
  const buffer = Buffer.alloc(READ_BYTES);
  let isOpen = true;
  const changeMark = (action: number, descriptor: number): boolean =>
    calls.mark(group, action | FAN_MARK_ONLYDIR, MASK | FAN_EVENT_ON_CHILD, descriptor, null) === 0;
  return {
    mark: (directory) =>
      isOpen
        ? withDirectory(directory, (descriptor) =>
            changeMark(FAN_MARK_ADD, descriptor) ? keyOf(calls, descriptor) : undefined,
          )
        : undefined,
    unmark(directory, key) {
      if (!isOpen) return;
      withDirectory(directory, (descriptor) => {
        if (keyOf(calls, descriptor) === key) changeMark(FAN_MARK_REMOVE, descriptor);
      });
    },
    read() {
      const readBytes = isOpen ? Number(calls.read(group, buffer, buffer.length)) : 0;
      return buffer.subarray(0, Math.max(0, readBytes));
    },
    [Symbol.dispose]() {
      if (isOpen) closeSync(group);
      isOpen = false;
    },
  };
}

type Calls = ReturnType<typeof bindCalls>;

function bindCalls(library: Library) {
  const mark: (
    group: number,
    flags: number,
    mask: number,
    descriptor: number,
    path: null,
  ) => number = library.func("int fanotify_mark(int, unsigned int, uint64_t, int, const char *)");
  const handleOf: (
    descriptor: number,
    path: string,
    handle: Uint8Array,
    mount: Uint8Array,
    flags: number,
  ) => number = library.func("int name_to_handle_at(int, const char *, void *, void *, int)");
  const fstatfs: (descriptor: number, into: Uint8Array) => number = library.func(
    "int fstatfs(int, void *)",
  );
  const read: (descriptor: number, into: Uint8Array, sizeBytes: number) => number | bigint =
    library.func("int64_t read(int, void *, size_t)");
  return { mark, handleOf, fstatfs, read };
}

/** Works on the directory that is at the path, and on no other: not on one that a link at its end leads to. */
function withDirectory<Result>(
  directory: string,
  work: (descriptor: number) => Result,
): Result | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
  try {
    return work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function keyOf({ handleOf, fstatfs }: Calls, descriptor: number): string | undefined {
  const handle = Buffer.alloc(8 + MOST_HANDLE_BYTES);
  handle.writeUInt32LE(MOST_HANDLE_BYTES, 0);
  const fileSystem = Buffer.alloc(STATFS_BYTES);
  if (handleOf(descriptor, "", handle, Buffer.alloc(8), AT_EMPTY_PATH) !== 0) return undefined;
  if (fstatfs(descriptor, fileSystem) !== 0) return undefined;
  return directoryKey(
    fileSystem.subarray(FILE_SYSTEM_AT, FILE_SYSTEM_AT + 8),
    handle.readInt32LE(4),
    handle.subarray(8, 8 + handle.readUInt32LE(0)),
  );
}

function refusal(koffi: typeof import("koffi").default): string {
  const errno = koffi.errno();
  const { EPERM, EINVAL, ENOSYS } = koffi.os.errno;
  if (errno === EPERM) return "the kernel reports writers only to root, with CAP_SYS_ADMIN";
  if (errno === EINVAL || errno === ENOSYS) {
    return "this kernel does not tell who writes; Linux does from 5.15 on";
  }
  return `fanotify_init(2) fails with error ${errno}`;
}
