import {
  Fault,
  type HintSink,
  type KindWatch,
  type ReadContext,
  throwIfAborted,
  toFault,
} from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import type { DirectorySpec } from "./spec.ts";
import { isAboutTree, type WatchedTree, watchedTree } from "./watched-tree.ts";

/** How often in a row the paths of a tree are read again before the resync is left to see the rest. */
const MAX_ROUNDS = 5;

/**
 * Watches the paths of directories, everything below where that is declared, and of copies their sources. Where entries come
 * or go, what is watched is made what is there. Resolves when live. Members may change while it is.
 */
export async function watchDirectories(
  specs: readonly DirectorySpec[],
  context: ReadContext,
  sink: HintSink,
): Promise<KindWatch<DirectorySpec>> {
  const { host, signal } = context;
  const trees = await Promise.all(specs.map((spec) => watchedTree(spec, host.files, signal)));
  const following = new TreeFollowing(context, sink, trees);
  const watch = await watchPaths(trees, ({ paths }) => paths, context, {
    overflow() {
      sink.overflow();
      following.followAll();
    },
    hint(position, trigger, path) {
      sink.hint(position, trigger);
      following.notice(position, path);
    },
  });
  following.begin(watch);
  // What came between the reading of a tree and its watch.
  following.followAll();
  return {
    ended: watch.ended,
    async update({ removed, added }, changeSignal) {
      const read = Array.from(added, async ([position, spec]) => {
        return [position, await watchedTree(spec, host.files, changeSignal)] as const;
      });
      const members = new Map(await Promise.all(read));
      following.replace(removed, members);
      await watch.update?.({ removed, added: members }, changeSignal);
      for (const position of members.keys()) following.follow(position);
    },
    async [Symbol.asyncDispose]() {
      await following[Symbol.asyncDispose]();
      await watch[Symbol.asyncDispose]();
    },
  };
}

/** Keeps what is watched of trees what is there of them. */
class TreeFollowing implements AsyncDisposable {
  readonly #context: ReadContext;
  readonly #sink: HintSink;
  readonly #trees: Map<number, WatchedTree>;
  /** Of each position that is being read: whether it has to be read once more. */
  readonly #reading = new Map<number, { isStale: boolean; readonly done: Promise<void> }>();
  readonly #stop = new AbortController();
  #watch: KindWatch<WatchedTree> | undefined;

  constructor(context: ReadContext, sink: HintSink, trees: readonly WatchedTree[]) {
    this.#context = context;
    this.#sink = sink;
    this.#trees = new Map(trees.entries());
  }

  begin(watch: KindWatch<WatchedTree>): void {
    this.#watch = watch;
  }

  replace(removed: readonly number[], added: ReadonlyMap<number, WatchedTree>): void {
    for (const position of removed) this.#trees.delete(position);
    for (const [position, tree] of added) this.#trees.set(position, tree);
  }

  /** Something happened at a path. */
  notice(position: number, path: string): void {
    if (this.#trees.get(position)?.directories.has(path) === true) this.follow(position);
  }

  followAll(): void {
    for (const position of this.#trees.keys()) this.follow(position);
  }

  /** Reads what is there of a tree, now or, where that is under way, once more after it. */
  follow(position: number): void {
    if (this.#stop.signal.aborted || !this.#hasTree(position)) return;
    const reading = this.#reading.get(position);
    if (reading !== undefined) {
      reading.isStale = true;
      return;
    }
    const done = this.#read(position).finally(() => this.#reading.delete(position));
    this.#reading.set(position, { isStale: false, done });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(stopped());
    await Promise.all(Array.from(this.#reading.values(), ({ done }) => done));
  }

  #hasTree(position: number): boolean {
    const tree = this.#trees.get(position);
    return tree !== undefined && isAboutTree(tree.spec);
  }

  /** Never throws: what cannot be read or watched now is seen on the resync, and a watch that failed has ended. */
  async #read(position: number): Promise<void> {
    try {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        if (!(await this.#readOnce(position)) && !this.#takeStale(position)) return;
      }
      this.#sink.hint(position, "changing");
    } catch (error) {
      const { reason, message } = toFault(error);
      if (this.#stop.signal.aborted) return;
      const path = this.#trees.get(position)?.spec.path;
      this.#context.log.debug("what is below is seen on the resync only", {
        path,
        reason,
        message,
      });
    }
  }

  /** True when other paths are watched now, in which something may have happened before. */
  async #readOnce(position: number): Promise<boolean> {
    const { signal } = this.#stop;
    throwIfAborted(signal);
    const before = this.#trees.get(position);
    if (before === undefined) return false;
    const after = await watchedTree(before.spec, this.#context.host.files, signal);
    // Another member may have this place by now.
    if (this.#trees.get(position) !== before || isSame(before, after)) return false;
    this.#trees.set(position, after);
    const added = new Map([[position, after]]);
    await this.#watch?.update?.({ removed: [position], added }, signal);
    this.#sink.hint(position, "entries changed");
    return true;
  }

  #takeStale(position: number): boolean {
    const reading = this.#reading.get(position);
    if (reading?.isStale !== true) return false;
    reading.isStale = false;
    return true;
  }
}

function isSame(one: WatchedTree, other: WatchedTree): boolean {
  if (one.paths.length !== other.paths.length) return false;
  return one.paths.every((path, position) => path === other.paths[position]);
}

function stopped(): Fault {
  return new Fault({
    reason: "Aborted",
    message: "nobody watches any more",
    resolution: "Nothing is to be done.",
  });
}
