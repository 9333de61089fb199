import type { FileStat } from "@holdfast/host";
import type { SimulatedKernel } from "@holdfast/testing";
import { DiskError } from "./errno.ts";
import { NotUnderstood } from "./not-understood.ts";

const MAX_LINKS = 40;
const LONGEST_NAME_BYTES = 255;
const TYPE_BITS = 0o170000;
const DIRECTORY = 0o040000;
const REGULAR = 0o100000;
const LINK = 0o120000;
const NULL_DEVICE: FileStat = {
  mode: 0o020666,
  uid: 0,
  gid: 0,
  size: 0,
  dev: 0,
  ino: 0,
  nlink: 1,
};

/** Who walks. */
export interface Walker {
  readonly kernel: SimulatedKernel;
  readonly uid: number;
  readonly gid: number;
  /** Absolute and without links. */
  readonly directory: string;
}

/** Where a path leads. */
export interface Found {
  /** Absolute, without links, `.` and `..`; the last name may be missing on the disk. */
  readonly path: string;
  /** `undefined` when the last name is missing. */
  readonly stat: FileStat | undefined;
}

/** True for a directory. */
export function isDirectory(stat: FileStat | undefined): boolean {
  return stat !== undefined && (stat.mode & TYPE_BITS) === DIRECTORY;
}

/** True for a regular file. */
export function isRegular(stat: FileStat | undefined): boolean {
  return stat !== undefined && (stat.mode & TYPE_BITS) === REGULAR;
}

/** True for a symbolic link. */
export function isLink(stat: FileStat | undefined): boolean {
  return stat !== undefined && (stat.mode & TYPE_BITS) === LINK;
}

/** The path of an entry of a directory. */
export function join(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/** The directory that an absolute path without links is in. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** Whether the mode lets the walker; bits as in a mode: 4 read, 2 write, 1 search. */
export function may(walker: Walker, stat: FileStat, access: number): boolean {
  if (walker.uid === 0) {
    return access !== 1 || isDirectory(stat) || (stat.mode & 0o111) !== 0;
  }
  const shift = walker.uid === stat.uid ? 6 : walker.gid === stat.gid ? 3 : 0;
  return ((stat.mode >> shift) & access) === access;
}

/**
 * Walks a path as the kernel does, from the walker's directory unless it is absolute, and
 * notes every entry that is seen on the way.
 * @throws {DiskError} ENOENT when anything but the last name is missing, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG.
 */
export function walk(walker: Walker, path: string, followLink: boolean, seen: Set<string>): Found {
  if (path === "") throw new DiskError("ENOENT");
  const device = asDevice(walker, path);
  if (device !== undefined) return device;
  const pending = split(path);
  const needsDirectory = path.endsWith("/") || path.endsWith("/.") || path.endsWith("/..");
  let stack = path.startsWith("/") ? [] : split(walker.directory).reverse();
  let stat = observe(walker, stack);
  for (let links = 0, name = pending.pop(); name !== undefined; name = pending.pop()) {
    demandSearch(walker, stat);
    if (name === ".") continue;
    if (name === "..") {
      stack.pop();
      stat = observe(walker, stack);
      continue;
    }
    if (Buffer.byteLength(name) > LONGEST_NAME_BYTES) throw new DiskError("ENAMETOOLONG");
    const next = observe(walker, [...stack, name]);
    seen.add(`/${[...stack, name].join("/")}`);
    if (next === undefined && pending.length > 0) throw new DiskError("ENOENT");
    if (isLink(next) && (pending.length > 0 || followLink || needsDirectory)) {
      links += 1;
      if (links > MAX_LINKS) throw new DiskError("ELOOP");
      const target = walker.kernel.inspect.linkTarget(join(`/${stack.join("/")}`, name)) ?? "";
      if (target.startsWith("/")) stack = [];
      stat = observe(walker, stack);
      pending.push(...split(target));
    } else {
      stack.push(name);
      stat = next;
    }
  }
  if (needsDirectory && stat !== undefined && !isDirectory(stat)) throw new DiskError("ENOTDIR");
  return { path: `/${stack.join("/")}`, stat };
}

/** Of the kernel's own file systems only the null device is there. */
function asDevice({ kernel, directory }: Walker, path: string): Found | undefined {
  const absolute = path.startsWith("/") ? path : join(directory, path);
  if (absolute === "/dev/null") return { path: absolute, stat: NULL_DEVICE };
  const [, top = ""] = /^\/+(dev|proc|sys)(?:\/|$)/.exec(absolute) ?? [];
  if (top !== "" && kernel.inspect.stat(absolute) === undefined) throw new NotUnderstood(path);
  return undefined;
}

function observe({ kernel }: Walker, parts: readonly string[]): FileStat | undefined {
  return kernel.inspect.stat(`/${parts.join("/")}`);
}

function demandSearch(walker: Walker, stat: FileStat | undefined): void {
  if (stat === undefined) throw new DiskError("ENOENT");
  if (!isDirectory(stat)) throw new DiskError("ENOTDIR");
  if (!may(walker, stat, 1)) throw new DiskError("EACCES");
}

/** Last name first. */
function split(path: string): string[] {
  return path
    .split("/")
    .filter((part) => part !== "")
    .reverse();
}
