// Long because: a process has one disk, and these are all its calls; what they share is in disk-walk and disk-rights.
import type { FileStat } from "@holdfast/host";
import type { SimulatedKernel } from "@holdfast/testing";
import { type ByteText, fromBytes, toBytes, toByteText, toCharacters } from "./byte-text.ts";
import {
  type Found,
  isDirectory,
  isLink,
  isRegular,
  may,
  parentOf,
  type Walker,
  walk,
} from "./disk-walk.ts";
import { DiskError } from "./errno.ts";
import {
  demandAccess,
  demandEntryRights,
  demandWritable,
  groupIn,
  NEW_FILE_MODE,
} from "./disk-rights.ts";
import { NotUnderstood } from "./not-understood.ts";

/** Paths that were read and changed, absolute and without links. */
export interface Touched {
  readonly read: Set<string>;
  readonly changed: Set<string>;
}

/**
 * The simulated disk as the system calls of one process see it: from its directory, with its rights and umask 022.
 * Paths are byte texts. Every method throws a DiskError where the real call fails, and NotUnderstood for what the
 * simulated disk does not have, such as `/proc`.
 */
export class Disk {
  readonly #walker: Walker;
  readonly #touched: Touched;

  constructor(walker: Walker, touched: Touched = { read: new Set(), changed: new Set() }) {
    this.#walker = walker;
    this.#touched = touched;
  }

  get uid(): number {
    return this.#walker.uid;
  }

  get gid(): number {
    return this.#walker.gid;
  }

  /** The directory that relative paths begin at: absolute and without links. */
  get directory(): ByteText {
    return toByteText(this.#walker.directory);
  }

  /** The same disk from another directory, which must be one that can be searched. */
  from(directory: ByteText): Disk {
    const { path, stat } = this.#existing(directory, true);
    if (!isDirectory(stat)) throw new DiskError("ENOTDIR");
    if (!may(this.#walker, stat, 1)) throw new DiskError("EACCES");
    return new Disk({ ...this.#walker, directory: path }, this.#touched);
  }

  /** The same disk with a record of its own of what is touched. */
  recording(touched: Touched): Disk {
    return new Disk(this.#walker, touched);
  }

  /** What is there, a link followed. */
  stat(path: ByteText): FileStat {
    return this.#existing(path, true).stat;
  }

  /** What is there, a link itself. */
  lstat(path: ByteText): FileStat {
    return this.#existing(path, false).stat;
  }

  /** The same, or `undefined` when it cannot be reached for any reason. */
  find(path: ByteText, followLink = true): FileStat | undefined {
    try {
      return this.#existing(path, followLink).stat;
    } catch (error) {
      if (error instanceof DiskError) return undefined;
      throw error;
    }
  }

  /** Whether this process may read (4), write (2) or execute (1) what is there. */
  may(path: ByteText, access: number): boolean {
    const stat = this.find(path);
    return stat !== undefined && may(this.#walker, stat, access);
  }

  /** The absolute path without links; the last name may be missing. */
  canonical(path: ByteText): ByteText {
    return toByteText(this.#walk(path, true).path);
  }

  read(path: ByteText): ByteText {
    const { path: place, stat } = this.#existing(path, true);
    demandAccess(this.#walker, stat, 4);
    if (isDirectory(stat)) throw new DiskError("EISDIR");
    if (place === "/dev/null") return "";
    return fromBytes(this.#regularBytes(place));
  }

  /** The content as of now of a place that is open for writing. */
  readForWriting(place: ByteText): ByteText {
    return fromBytes(this.#regularBytes(toCharacters(place)));
  }

  /** Sorted names, by bytes. */
  list(path: ByteText): readonly ByteText[] {
    const { path: place, stat } = this.#existing(path, true);
    if (!isDirectory(stat)) throw new DiskError("ENOTDIR");
    demandAccess(this.#walker, stat, 4);
    this.#touched.read.add(`${place}/*`);
    return (this.#kernel.inspect.list(place) ?? []).map(toByteText).sort();
  }

  readLink(path: ByteText): ByteText {
    const { path: place, stat } = this.#existing(path, false);
    if (!isLink(stat)) throw new DiskError("EINVAL");
    return toByteText(this.#kernel.inspect.linkTarget(place) ?? "");
  }

  /** Opens for writing, making the file (0666 less the umask) or cutting it; the place, to write to. */
  openForWriting(path: ByteText, { isCut }: { readonly isCut: boolean }): ByteText {
    const { path: place, stat } = this.#walk(path, true);
    if (place === "/dev/null") return place;
    if (isDirectory(stat) || (stat === undefined && path.endsWith("/")))
      throw new DiskError("EISDIR");
    if (stat === undefined) {
      demandEntryRights(this.#walker, place);
      this.#put(place, "", {
        mode: NEW_FILE_MODE,
        uid: this.uid,
        gid: groupIn(this.#walker, place),
      });
    } else {
      demandAccess(this.#walker, stat, 2);
      demandWritable(this.#walker, place);
      if (isCut) this.#put(place, "");
    }
    return toByteText(place);
  }

  /** Writes the whole content in place, making the file where it is missing. */
  write(path: ByteText, content: ByteText): void {
    const place = this.openForWriting(path, { isCut: false });
    if (place !== "/dev/null") this.#put(toCharacters(place), content);
  }

  /** Puts a new file with this content over the path, as a rename does. */
  replace(path: ByteText, content: ByteText, as: Pick<FileStat, "mode" | "uid" | "gid">): void {
    const { path: place } = this.#walk(path, false);
    demandEntryRights(this.#walker, place);
    this.#note(place);
    const { uid, gid } = as;
    const attributes = { mode: as.mode & 0o7777, uid, gid };
    this.#kernel.tamper.replaceByRename(place, toBytes(content), attributes);
  }

  makeDirectory(path: ByteText, mode: number): void {
    const place = this.#free(path.replace(/(?<=.)\/+$/, ""));
    const parent = this.#kernel.inspect.stat(parentOf(place));
    const inherited = (parent?.mode ?? 0) & 0o2000;
    const attributes = { mode: mode | inherited, uid: this.uid, gid: groupIn(this.#walker, place) };
    this.#kernel.tamper.makeDirectory(place, attributes);
  }

  removeDirectory(path: ByteText): void {
    if (/(?:^|\/)\.\/*$/.test(path)) throw new DiskError("EINVAL");
    if (/(?:^|\/)\.\.\/*$/.test(path)) throw new DiskError("ENOTEMPTY");
    const { path: place, stat } = this.#existing(path, false);
    if (!isDirectory(stat)) throw new DiskError("ENOTDIR");
    demandEntryRights(this.#walker, place);
    if (this.#kernel.inspect.list(place)?.length !== 0) throw new DiskError("ENOTEMPTY");
    this.#note(place);
    this.#kernel.tamper.remove(place);
  }

  unlink(path: ByteText): void {
    const { path: place, stat } = this.#existing(path, false);
    if (isDirectory(stat)) throw new DiskError("EISDIR");
    demandEntryRights(this.#walker, place);
    this.#note(place);
    this.#kernel.tamper.remove(place);
  }

  /** Moves over whatever may be replaced there; the caller has made sure that it is of the same sort. */
  rename(from: ByteText, to: ByteText): void {
    const source = this.#existing(from, false);
    const target = this.#walk(to.replace(/(?<=.)\/+$/, ""), false);
    if (`${target.path}/`.startsWith(`${source.path}/`)) throw new DiskError("EINVAL");
    demandEntryRights(this.#walker, source.path);
    demandEntryRights(this.#walker, target.path);
    const isFilled = (this.#kernel.inspect.list(target.path)?.length ?? 0) > 0;
    if (isFilled) throw new DiskError("ENOTEMPTY");
    this.#note(source.path);
    this.#note(target.path);
    this.#kernel.tamper.rename(source.path, target.path);
  }

  symlink(path: ByteText, target: ByteText): void {
    if (target === "") throw new DiskError("ENOENT");
    const place = this.#free(path);
    const owner = { uid: this.uid, gid: groupIn(this.#walker, place) };
    this.#kernel.tamper.symlink(place, toCharacters(target), owner);
  }

  /** A hard link at the path; a symbolic link is linked itself. */
  link(path: ByteText, target: ByteText): void {
    const source = this.#existing(target, false);
    if (isDirectory(source.stat)) throw new DiskError("EPERM");
    if (this.uid !== 0 && this.uid !== source.stat.uid) throw new DiskError("EPERM");
    this.#kernel.tamper.link(this.#free(path), source.path);
  }

  /** Of what a link leads to. */
  chmod(path: ByteText, mode: number): void {
    const { path: place, stat } = this.#existing(path, true);
    demandWritable(this.#walker, place);
    if (this.uid !== 0 && this.uid !== stat.uid) throw new DiskError("EPERM");
    const isForeign = this.uid !== 0 && this.gid !== stat.gid;
    this.#note(place);
    this.#kernel.tamper.chmod(place, mode & (isForeign ? ~0o2000 : ~0));
  }

  /** An id that is left out stays. The kernel takes set-uid away from a file. */
  chown(
    path: ByteText,
    owner: { readonly uid?: number | undefined; readonly gid?: number | undefined },
    followLink: boolean,
  ): void {
    const { path: place, stat } = this.#existing(path, followLink);
    demandWritable(this.#walker, place);
    const { uid = stat.uid, gid = stat.gid } = owner;
    const isOwn = this.uid === stat.uid && uid === stat.uid && [stat.gid, this.gid].includes(gid);
    if (this.uid !== 0 && !isOwn) throw new DiskError("EPERM");
    this.#note(place);
    this.#kernel.tamper.chown(place, uid, gid);
    const lost = (stat.mode & 0o010) === 0 ? 0o4000 : 0o6000;
    if (isRegular(stat) && (stat.mode & lost) !== 0)
      this.#kernel.tamper.chmod(place, stat.mode & 0o7777 & ~lost);
  }

  get #kernel(): SimulatedKernel {
    return this.#walker.kernel;
  }

  #walk(path: ByteText, followLink: boolean): Found {
    return walk(this.#walker, toCharacters(path), followLink, this.#touched.read);
  }

  #existing(path: ByteText, followLink: boolean): Found & { readonly stat: FileStat } {
    const { path: place, stat } = this.#walk(path, followLink);
    if (stat === undefined) throw new DiskError("ENOENT");
    return { path: place, stat };
  }

  #regularBytes(place: string): Uint8Array {
    const bytes = this.#kernel.inspect.bytes(place);
    if (bytes === undefined) throw new NotUnderstood(`reading ${place}, which is no regular file`);
    return bytes;
  }

  #put(place: string, content: ByteText, attributes?: { mode: number; uid: number; gid: number }) {
    const before = attributes === undefined ? this.#regularBytes(place).length : 0;
    const { capacityBytes, usedBytes } = this.#kernel.fileSystemAt(parentOf(place));
    if (content.length - before > capacityBytes - usedBytes) throw new DiskError("ENOSPC");
    this.#note(place);
    this.#kernel.tamper.write(place, toBytes(content), attributes);
  }

  /** A change of an entry is one of what its directory lists. */
  #note(place: string): void {
    this.#touched.changed.add(place).add(`${parentOf(place)}/*`);
  }

  #free(path: ByteText): string {
    const { path: place, stat } = this.#walk(path, false);
    if (stat !== undefined) throw new DiskError("EEXIST");
    demandEntryRights(this.#walker, place);
    this.#note(place);
    return place;
  }
}
