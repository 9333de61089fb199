import { type FSWatcher, watch } from "node:fs";
import { basename } from "node:path/posix";
import { decodeName, encodePath } from "@holdfast/daemonkit/machine";
import type { Fault } from "@holdfast/core";
import { codeOf } from "../system/error-code.ts";
import type { DirectoryWatch, PathNode } from "./tree/path-tree.ts";
import { watchFault } from "./watch-faults.ts";

/** How names are asked for: they may have any bytes. */
const ONE_CHARACTER_A_BYTE = { encoding: "latin1" } as const;

/** An event of a directory. */
export interface EntryEvent {
  /** `false`: an entry came, went or moved, or it is a directory; `true`: an entry has other content or attributes. */
  readonly isSameEntry: boolean;
  /** Of the entry; `undefined` when the system did not say. */
  readonly name: string | undefined;
  /** Whether it may be the directory itself that is meant: the kernel then gives its own name. */
  readonly isOwn: boolean;
}

/** What a listener receives. */
export interface DirectoryListener {
  /** Of every event. */
  readonly hear: (directory: DirectoryWatch, event: EntryEvent) => void;
  /** Of a directory that cannot be listened to any more. */
  readonly fail: (fault: Fault) => void;
  /** Of every directory that is listened to from now on; the returned function is called when it no longer is. */
  readonly attend: (fullPath: string) => () => void;
  /** Whether nobody is to listen to a directory for now. */
  readonly isResting: (directory: DirectoryWatch) => boolean;
}

interface OpenDirectory extends DirectoryWatch {
  watcher: FSWatcher;
  round: number;
}

/**
 * The live directory watches of one session. A path is no identity: in every round a directory is opened anew when it
 * is first entered, because the one that was watched so far may have been replaced, even by one with the same inode
 * number. The new watch is live before the old one is closed.
 */
export class DirectoryWatches {
  /** Without a slash at its end, unless it is nothing else. */
  readonly #root: string;
  readonly #listener: DirectoryListener;
  readonly #open = new Map<string, OpenDirectory>();
  readonly #idle = new Set<DirectoryWatch>();
  #round = 0;

  constructor(root: string, listener: DirectoryListener) {
    this.#root = root;
    this.#listener = listener;
  }

  /** How many directories are listened to. */
  get count(): number {
    return this.#open.size;
  }

  /** From here on nothing that was opened before is trusted. */
  beginRound(): void {
    this.#round += 1;
  }

  /**
   * Listens to a directory; `absent` when there is none, `denied` when we may not.
   * @throws {Fault} WatchFailed, when the kernel's limits are reached.
   */
  enter(path: string): DirectoryWatch | "absent" | "denied" {
    const known = this.#open.get(path);
    if (known?.round === this.#round) return known;
    if (known !== undefined && this.#listener.isResting(known)) {
      known.round = this.#round;
      return known;
    }
    let watcher: FSWatcher;
    try {
      watcher = watch(encodePath(this.fullPath(path)), ONE_CHARACTER_A_BYTE);
    } catch (error) {
      const code = codeOf(error);
      if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return "absent";
      if (code === "EACCES" || code === "EPERM") return "denied";
      throw watchFault(this.fullPath(path), error);
    }
    const directory = known ?? this.#create(path, watcher);
    this.#listen(directory, watcher);
    if (known !== undefined) known.watcher.close();
    directory.watcher = watcher;
    directory.round = this.#round;
    return directory;
  }

  /** Listens to a directory no more until `wake`; whoever looked something up in it stays tied to it. */
  rest({ path }: DirectoryWatch): void {
    this.#open.get(path)?.watcher.close();
  }

  /** The next who enters a directory that rested listens to it again. */
  wake({ path }: DirectoryWatch): void {
    const known = this.#open.get(path);
    if (known !== undefined) known.round = 0;
  }

  /** Ties a node to a name it looked up. */
  addLookup(directory: DirectoryWatch, name: string, node: PathNode): void {
    const { lookups } = directory;
    const known = lookups.get(name);
    if (known === undefined) lookups.set(name, node);
    else if (known instanceof Set) known.add(node);
    else if (known !== node) lookups.set(name, new Set([known, node]));
  }

  /** The nodes that looked up a name. */
  found(directory: DirectoryWatch, name: string): Iterable<PathNode> {
    const known = directory.lookups.get(name);
    if (known === undefined) return [];
    return known instanceof Set ? known : [known];
  }

  /** The nodes that looked up any name, or lead to the directory itself. */
  *allFound({ lookups, owners }: DirectoryWatch): Generator<PathNode> {
    yield* owners;
    for (const known of lookups.values()) {
      if (known instanceof Set) yield* known;
      else yield known;
    }
  }

  /** Unties a node from everything; directories that nobody needs are closed by `closeIdle`. */
  release(node: PathNode): void {
    for (const { directory, name } of node.hops) {
      const known = directory.lookups.get(name);
      if (known instanceof Set) known.delete(node);
      const isOver = known instanceof Set ? known.size === 0 : known === node;
      if (isOver) directory.lookups.delete(name);
      this.#noteIdle(directory);
    }
    node.hops = [];
    if (node.place === undefined) return;
    node.place.owners.delete(node);
    this.#noteIdle(node.place);
    node.place = undefined;
  }

  /** Closes what no node uses any more. */
  closeIdle(): void {
    for (const { path, lookups, owners } of this.#idle) {
      if (lookups.size > 0 || owners.size > 0) continue;
      this.#open.get(path)?.watcher.close();
      this.#open.delete(path);
    }
    this.#idle.clear();
  }

  closeAll(): void {
    for (const { watcher } of this.#open.values()) watcher.close();
    this.#open.clear();
  }

  /** The path outside of the root. */
  fullPath(path: string): string {
    if (this.#root === "/") return path;
    return path === "/" ? this.#root : `${this.#root}${path}`;
  }

  #create(path: string, watcher: FSWatcher): OpenDirectory {
    const directory: OpenDirectory = {
      path,
      lookups: new Map(),
      owners: new Set(),
      watcher,
      round: this.#round,
    };
    this.#open.set(path, directory);
    // A link may lead through a directory and no further; then nobody claims it.
    this.#idle.add(directory);
    return directory;
  }

  #listen(directory: DirectoryWatch, watcher: FSWatcher): void {
    const fullPath = this.fullPath(directory.path);
    const ownName = basename(fullPath);
    watcher.on("change", (type, given) => {
      const name = typeof given === "string" ? decodeName(Buffer.from(given, "latin1")) : undefined;
      const isOwn = name === undefined || name === ownName;
      this.#listener.hear(directory, { isSameEntry: type === "change", name, isOwn });
    });
    watcher.on("error", (error) => this.#listener.fail(watchFault(fullPath, error)));
    watcher.once("close", this.#listener.attend(fullPath));
  }

  #noteIdle(directory: DirectoryWatch): void {
    if (directory.lookups.size === 0 && directory.owners.size === 0) this.#idle.add(directory);
  }
}
