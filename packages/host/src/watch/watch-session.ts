import {
  type Clock,
  type Fault,
  type PathChanges,
  type PathHint,
  throwIfAborted,
  toFault,
} from "@holdfast/core";
import { DirectoryWatches, type EntryEvent } from "./directory-watches.ts";
import { observeAgain, type LookupContext, lookup } from "./path-lookup.ts";
import {
  addPath,
  createPathTree,
  type DirectoryWatch,
  hasAncestorIn,
  type PathNode,
  removePath,
  subtree,
} from "./path-tree.ts";
import { wordFor } from "./sighting.ts";
import { endedFault } from "./watch-faults.ts";
import { readUnwatchableMounts } from "./unwatchable-mounts.ts";

/** Nodes looked up before the loop gets a turn; about a millisecond. */
const SLICE = 256;

/** What a session needs. */
export interface WatchSessionOptions {
  readonly root: string;
  readonly clock: Clock;
  /** For paths where nothing can be heard. */
  readonly pollMs: number;
  /** Counts one event of the kernel's queue. */
  readonly countEvent: () => void;
  /** Is told of every directory that is listened to; see `WatchRecorder`. */
  readonly attend: (fullPath: string) => () => void;
  readonly hear: (hint: PathHint) => void;
}

/**
 * One set of watched paths. An event only marks nodes; at the end of the turn the marked ones are looked up again,
 * listened to where they are now, and hinted. Marks of one turn are one hint.
 */
export class WatchSession {
  readonly ended: Promise<Fault | undefined>;
  readonly #options: WatchSessionOptions;
  readonly #tree = createPathTree();
  readonly #directories: DirectoryWatches;
  readonly #end: (fault: Fault | undefined) => void;
  /** Nodes whose entry may be another by now: they and everything below are looked up again. */
  readonly #moved = new Set<PathNode>();
  /** Nodes whose entry is the same, with other content or attributes. */
  readonly #changed = new Set<PathNode>();
  /** Nodes that can only be polled. */
  readonly #deaf = new Set<PathNode>();
  /** Who waits for the next lookup of what is marked. */
  readonly #waiting: (() => void)[] = [];
  #hasOverflowed = false;
  #isSettling = false;
  #isReady = false;
  #hasEnded = false;
  #cancelPoll: (() => void) | undefined;

  constructor(paths: readonly string[], options: WatchSessionOptions) {
    const { promise, resolve } = Promise.withResolvers<Fault | undefined>();
    this.ended = promise;
    this.#end = resolve;
    this.#options = options;
    this.#directories = new DirectoryWatches(options.root, {
      hear: (directory, event) => this.#mark(directory, event),
      fail: (fault) => this.end(fault),
      attend: options.attend,
    });
    for (const path of paths) addPath(this.#tree, path);
  }

  /**
   * Resolves when everything is listened to.
   * @throws {Fault} WatchFailed; Aborted.
   */
  async open(signal: AbortSignal): Promise<void> {
    const context = this.#beginRound();
    let observed = 0;
    for (const node of subtree(this.#tree)) {
      lookup(node, context);
      observed += 1;
      if (observed % SLICE === 0) {
        await this.#options.clock.yieldTurn();
        throwIfAborted(signal);
      }
    }
    this.#directories.closeIdle();
    this.#isReady = true;
    if (this.#moved.size + this.#changed.size > 0 || this.#hasOverflowed) this.#settleSoon();
    this.#schedulePoll();
  }

  /**
   * Watches other paths. What is added is looked up like what has moved, and so is hinted once.
   * @throws {Fault} WatchFailed, when the watch has ended; Aborted.
   */
  async change({ added, removed }: PathChanges, signal: AbortSignal): Promise<void> {
    for (const path of removed) this.#remove(path);
    for (let from = 0; from < added.length; from += SLICE) {
      throwIfAborted(signal);
      for (const path of added.slice(from, from + SLICE)) {
        this.#moved.add(addPath(this.#tree, path));
      }
      await this.#settled();
    }
    if (added.length === 0) this.#settleSoon();
  }

  /** Ends it once; `undefined` is a quiet end. */
  end(fault: Fault | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cancelPoll?.();
    this.#directories.closeAll();
    this.#end(fault);
  }

  /** The kernel may have dropped events, those of directories among them. */
  overflow(): void {
    this.#hasOverflowed = true;
    this.#settleSoon();
  }

  #mark(directory: DirectoryWatch, event: EntryEvent): void {
    this.#options.countEvent();
    if (this.#hasEnded) return;
    for (const node of this.#directories.found(directory, event.name ?? "")) {
      if (event.isSameEntry) this.#changed.add(node);
      else this.#moved.add(node);
    }
    if (!event.isSameEntry) {
      for (const node of directory.owners) this.#markOwner(node, event.isOwn);
    }
    if (this.#moved.size + this.#changed.size > 0) this.#settleSoon();
  }

  #remove(path: string): void {
    for (const node of removePath(this.#tree, path)) {
      this.#directories.release(node);
      for (const marked of [this.#moved, this.#changed, this.#deaf]) marked.delete(node);
    }
  }

  /** Resolves when what is marked now has been looked up. */
  async #settled(): Promise<void> {
    const next = Promise.withResolvers<void>();
    this.#waiting.push(next.resolve);
    this.#settleSoon();
    await Promise.race([next.promise, this.ended]);
    if (this.#hasEnded) throw (await this.ended) ?? endedFault();
  }

  // The entries of a watched directory are its content. Its own events have its own name; they tell of attributes, of
  // its end, and of an unmount, which no other directory hears.
  #markOwner(node: PathNode, isOwn: boolean): void {
    if (isOwn) this.#moved.add(node);
    else if (node.watched.length > 0) this.#changed.add(node);
  }

  // Handles are closed here, after the turn's events, never between them: see EventBurst.
  #settleSoon(): void {
    if (this.#isSettling || !this.#isReady || this.#hasEnded) return;
    this.#isSettling = true;
    setImmediate(() => {
      this.#isSettling = false;
      if (this.#hasEnded) return;
      try {
        this.#settle();
      } catch (error) {
        this.end(toFault(error));
      }
    });
  }

  #settle(): void {
    const hints = new Map<string, string>();
    const hasOverflowed = this.#hasOverflowed;
    this.#hasOverflowed = false;
    if (hasOverflowed) this.#moved.add(this.#tree);
    if (this.#moved.size > 0) this.#lookupMoved(hints);
    else this.#directories.closeIdle();
    for (const node of this.#changed) {
      const before = node.seen;
      observeAgain(node, this.#directories);
      this.#collect(hints, node, wordFor(before, node.seen));
    }
    this.#changed.clear();
    for (const resolve of this.#waiting.splice(0)) resolve();
    if (hasOverflowed) hints.clear();
    if (hasOverflowed) this.#options.hear({ type: "overflow" });
    for (const [path, trigger] of hints) {
      // Whoever hears may dispose.
      if (!this.#hasEnded) this.#options.hear({ type: "path", path, trigger });
    }
  }

  #lookupMoved(hints: Map<string, string>): void {
    const context = this.#beginRound();
    for (const top of this.#moved) {
      if (hasAncestorIn(this.#moved, top)) continue;
      const before = top.seen;
      for (const node of subtree(top)) {
        const word = node === top ? undefined : "parent replaced";
        lookup(node, context);
        this.#collect(hints, node, word ?? wordFor(before, node.seen));
      }
    }
    this.#moved.clear();
    this.#directories.closeIdle();
    this.#schedulePoll();
  }

  // The first word stays: it is of the node that was heard itself.
  #collect(hints: Map<string, string>, node: PathNode, word: string): void {
    for (const path of node.watched) if (!hints.has(path)) hints.set(path, word);
  }

  #beginRound(): LookupContext {
    this.#directories.beginRound();
    return {
      directories: this.#directories,
      unwatchable: readUnwatchableMounts(),
      deaf: (node) => this.#deaf.add(node),
    };
  }

  #schedulePoll(): void {
    if (this.#deaf.size === 0 || this.#cancelPoll !== undefined || this.#hasEnded) return;
    this.#cancelPoll = this.#options.clock.schedule(this.#options.pollMs, () => {
      this.#cancelPoll = undefined;
      // Looking again tells which of them are still deaf.
      for (const node of this.#deaf) this.#moved.add(node);
      this.#deaf.clear();
      this.#settleSoon();
    });
  }
}
