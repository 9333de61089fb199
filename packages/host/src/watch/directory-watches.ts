import { type FSWatcher, watch } from "node:fs";
import type { Fault } from "@holdfast/core";
import { codeOf } from "../system/error-code.ts";
import type { PathNode } from "./path-tree.ts";
import { watchFault } from "./watch-faults.ts";

/** One directory that is listened to, under a path without symbolic links. */
export interface DirectoryWatch {
  /** Inside the root. */
  readonly path: string;
  /** Who looked up which name here. */
  readonly lookups: Map<string, Set<PathNode>>;
  /** The nodes that lead to this directory. */
  readonly owners: Set<PathNode>;
}

/** What is told of an event: its directory, and the name in it; a name that is missing is the directory's own. */
export type HearEntry = (
  directory: DirectoryWatch,
  event: { readonly type: string; readonly name: string | undefined },
) => void;

interface OpenDirectory extends DirectoryWatch {
  watcher: FSWatcher;
  round: number;
}

/**
 * The live directory watches of one session. A path is no identity: in every round a directory is opened anew when it
 * is first entered, because the one that was heard so far may have been replaced, even by one with the same inode
 * number. The new watch is live before the old one is closed.
 */
export class DirectoryWatches {
  /** Without a slash at its end, unless it is nothing else. */
  readonly #root: string;
  readonly #hear: HearEntry;
  readonly #fail: (fault: Fault) => void;
  readonly #open = new Map<string, OpenDirectory>();
  readonly #idle = new Set<DirectoryWatch>();
  #round = 0;

  constructor(root: string, hear: HearEntry, fail: (fault: Fault) => void) {
    this.#root = root;
    this.#hear = hear;
    this.#fail = fail;
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
    let watcher: FSWatcher;
    try {
      watcher = watch(this.fullPath(path));
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

  /** Ties a node to a name it looked up. */
  addLookup(directory: DirectoryWatch, name: string, node: PathNode): void {
    const nodes = directory.lookups.get(name);
    if (nodes === undefined) directory.lookups.set(name, new Set([node]));
    else nodes.add(node);
  }

  /** Unties a node from everything; directories that nobody needs are closed by `closeIdle`. */
  release(node: PathNode): void {
    for (const { directory, name } of node.hops) {
      const nodes = directory.lookups.get(name);
      nodes?.delete(node);
      if (nodes?.size === 0) directory.lookups.delete(name);
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
    watcher.on("change", (type, name) => {
      this.#hear(directory, { type, name: typeof name === "string" ? name : undefined });
    });
    watcher.on("error", (error) => this.#fail(watchFault(this.fullPath(directory.path), error)));
  }

  #noteIdle(directory: DirectoryWatch): void {
    if (directory.lookups.size === 0 && directory.owners.size === 0) this.#idle.add(directory);
  }
}
