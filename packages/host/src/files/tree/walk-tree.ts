import { createHash, hash } from "node:crypto";
import {
  assert,
  type Clock,
  compileExclusion,
  type Exclusion,
  Fault,
  type FileReading,
  throwIfAborted,
  type TreeEntry,
  type TreeFinding,
  type TreeReadRequest,
} from "@holdfast/core";
import type { FileCalls, FileStat } from "../calls.ts";
import { errnoFault, errnoOf } from "../errno-fault.ts";
import { fileEntry, isDirectory, isLink, isRegular, isSameInode } from "../file-entry.ts";
import { openSame, SHORT_BYTES } from "../read/local-reader.ts";
import { chunksOf } from "../read/read-long.ts";
import { Slab } from "../read/slab.ts";
import { MOST_DEEP, mounted, tooDeep, tooLong, tooMany } from "./tree-faults.ts";

/** Other work of the process waits no longer than this. */
const SLICE_MS = 2;

/** Thrown when a directory or a file had been replaced by the time that it was read. */
export class TreeSwapped extends Error {}

/** What a walk works with. */
export interface TreeWalk {
  readonly calls: FileCalls;
  readonly clock: Clock;
  readonly request: TreeReadRequest;
  /** Paths of the machine that are not entered, nor read: a file system mounted there may not answer. */
  readonly mountPoints: ReadonlySet<string>;
}

/** An open directory. */
export interface HeldDirectory {
  readonly handle: number;
  readonly stat: FileStat;
  /** Inside the root, for messages. */
  readonly path: string;
  readonly machinePath: string;
}

/**
 * Everything below an open directory, by open directories only.
 * @throws {TreeSwapped} and {Fault} ContentTooLarge, Aborted.
 */
export async function walkTree(
  walk: TreeWalk,
  top: HeldDirectory,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  const walker = new Walker(walk, signal);
  await walker.enter(top, "", 1);
  return walker.entries;
}

class Walker {
  readonly entries: TreeEntry[] = [];
  readonly #walk: TreeWalk;
  readonly #signal: AbortSignal;
  readonly #isExcluded: Exclusion;
  readonly #slab = new Slab();
  #bytes = 0;
  #sliceStartMs: number;

  constructor(walk: TreeWalk, signal: AbortSignal) {
    this.#walk = walk;
    this.#signal = signal;
    const exclusion = compileExclusion(walk.request.exclude ?? []);
    assert(typeof exclusion === "function", "whoever asks has seen to the globs");
    this.#isExcluded = exclusion;
    this.#sliceStartMs = walk.clock.monotonicMs();
  }

  /** `prefix` is empty for the top, else it ends in a slash. */
  async enter(directory: HeldDirectory, prefix: string, depth: number): Promise<void> {
    const { calls, request } = this.#walk;
    if (depth > MOST_DEEP) throw tooDeep(directory.path);
    const most = request.maxEntries - this.entries.length + 1;
    const names = await calls.list(directory.handle, most);
    if (names.length >= most) throw tooMany(request);
    for (const name of names.toSorted()) {
      await this.#rest();
      await this.#take(directory, { name, path: prefix + name }, depth);
    }
  }

  async #take(parent: HeldDirectory, { name, path }: NamedEntry, depth: number): Promise<void> {
    if (this.entries.length >= this.#walk.request.maxEntries) throw tooMany(this.#walk.request);
    const at = this.entries.push({ path, found: EXCLUDED }) - 1;
    if (this.#isExcluded(path)) return;
    let found: TreeFinding | undefined;
    try {
      found = await this.#find(parent, { name, path }, depth);
    } catch (error) {
      if (error instanceof TreeSwapped || isOfAll(error)) throw error;
      throwIfAborted(this.#signal);
      // What was read below of a directory that failed in the middle is of no use.
      this.entries.length = at + 1;
      found = { type: "unknown", fault: errnoFault(error, "read", below(parent, name)) };
    }
    if (found === undefined) this.entries.length = at;
    else this.entries[at] = { path, found };
  }

  /** `undefined` for what has gone meanwhile. */
  async #find(
    parent: HeldDirectory,
    { name, path }: NamedEntry,
    depth: number,
  ): Promise<TreeFinding | undefined> {
    const { calls, mountPoints } = this.#walk;
    const shown = below(parent, name);
    const machinePath = `${parent.machinePath === "/" ? "" : parent.machinePath}/${name}`;
    if (mountPoints.has(machinePath)) return { type: "unknown", fault: mounted(shown) };
    const stat = calls.lookup(parent.handle, name);
    if (stat === undefined) return undefined;
    const entry = fileEntry(stat);
    if (isLink(stat)) {
      const linkTarget = calls.readLink(parent.handle, name);
      return { type: "present", value: { entry, linkTarget } };
    }
    if (isDirectory(stat)) {
      await this.#enterChild(parent, { name, stat, path: shown, machinePath }, `${path}/`, depth);
      return { type: "present", value: { entry } };
    }
    if (!isRegular(stat) || this.#walk.request.content === "none") {
      return { type: "present", value: { entry } };
    }
    return { type: "present", value: await this.#digest(parent, name, stat) };
  }

  async #enterChild(
    parent: HeldDirectory,
    child: Omit<HeldDirectory, "handle"> & { readonly name: string },
    prefix: string,
    depth: number,
  ): Promise<void> {
    const { calls } = this.#walk;
    const { name, stat } = child;
    const handle = opened(() => calls.openDirectory(parent.handle, name));
    try {
      if (!isSameInode(calls.stat(handle), stat)) throw new TreeSwapped();
      await this.enter({ ...child, handle }, prefix, depth + 1);
      const after = calls.lookup(parent.handle, name);
      if (after === undefined || !isSameInode(after, stat)) throw new TreeSwapped();
    } finally {
      calls.close(handle);
    }
  }

  async #digest(parent: HeldDirectory, name: string, seen: FileStat): Promise<FileReading> {
    const { calls, request } = this.#walk;
    this.#bytes += seen.size;
    if (this.#bytes > request.maxBytes) throw tooLong(request);
    const directory = { handle: parent.handle, path: parent.path, uses: 0 };
    const file = openSame(calls, { directory, name }, seen);
    if (file === undefined) throw new TreeSwapped();
    try {
      const entry = fileEntry(file.stat);
      const short = this.#short(file.file, file.stat);
      if (short !== undefined) return { entry, sha256: hash("sha256", short, "hex") };
      const digest = createHash("sha256");
      for await (const chunk of chunksOf(calls, file.file, this.#signal)) digest.update(chunk);
      return { entry, sha256: digest.digest("hex") };
    } finally {
      calls.close(file.file);
    }
  }

  /** The content of a short file, read at once. */
  #short(file: number, { size }: FileStat): Uint8Array | undefined {
    if (size > SHORT_BYTES) return undefined;
    return this.#slab.fill(size, SHORT_BYTES, (into, range) =>
      this.#walk.calls.readNow(file, into, range),
    );
  }

  async #rest(): Promise<void> {
    const { clock } = this.#walk;
    if (clock.monotonicMs() - this.#sliceStartMs < SLICE_MS) return;
    await clock.yieldTurn();
    throwIfAborted(this.#signal);
    this.#sliceStartMs = clock.monotonicMs();
  }
}

interface NamedEntry {
  readonly name: string;
  readonly path: string;
}

function below({ path }: HeldDirectory, name: string): string {
  return `${path === "/" ? "" : path}/${name}`;
}

const EXCLUDED: TreeFinding = { type: "excluded" };

/** A bound that was met is no matter of one entry. */
function isOfAll(error: unknown): boolean {
  return (
    error instanceof Fault && (error.reason === "ContentTooLarge" || error.reason === "Aborted")
  );
}

/** A path that is no directory any more was replaced since it was read. */
function opened(open: () => number): number {
  try {
    return open();
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") throw new TreeSwapped();
    throw error;
  }
}
