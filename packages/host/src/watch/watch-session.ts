import { type Clock, type Fault, type PathHint, throwIfAborted, toFault } from "@holdfast/core";
import { DirectoryWatches, type EntryEvent } from "./directory-watches.ts";
import { observeAgain, type LookupContext, lookup } from "./path-lookup.ts";
import {
  addPath,
  createPathTree,
  type DirectoryWatch,
  hasAncestorIn,
  type PathNode,
  subtree,
} from "./path-tree.ts";
import { wordFor } from "./sighting.ts";
import { Storms } from "./storms.ts";
import { readUnwatchableMounts } from "./unwatchable-mounts.ts";

/** Nodes looked up before the loop gets a turn; about a millisecond. */
const SLICE = 256;
/** Everything is looked up again at most so often, however many events are lost. */
const BETWEEN_OVERFLOWS_MS = 5_000;

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
  #moved = new Set<PathNode>();
  /** Nodes whose entry is the same, with other content or attributes. */
  #changed = new Set<PathNode>();
  /** Nodes that can only be polled. */
  readonly #deaf = new Set<PathNode>();
  #hasOverflowed = false;
  #isSettling = false;
  #isReady = false;
  #hasEnded = false;
  #cancelPoll: (() => void) | undefined;
  readonly #storms: Storms<DirectoryWatch>;
  #overflowedAtMs = Number.NEGATIVE_INFINITY;
  #cancelOverflow: (() => void) | undefined;
  /** Nodes looked up since the loop had a turn. */
  #sinceTurn = 0;

  constructor(paths: readonly string[], options: WatchSessionOptions) {
    const { promise, resolve } = Promise.withResolvers<Fault | undefined>();
    this.ended = promise;
    this.#end = resolve;
    this.#options = options;
    this.#directories = new DirectoryWatches(options.root, {
      hear: (directory, event) => this.#mark(directory, event),
      fail: (fault) => this.end(fault),
      attend: options.attend,
      isResting: (directory) => this.#storms.isResting(directory),
    });
    this.#storms = new Storms(options.clock, (directory) => this.#wake(directory));
    for (const path of paths) addPath(this.#tree, path);
  }

  /**
   * Resolves when everything is listened to.
   * @throws {Fault} WatchFailed; Aborted.
   */
  async open(signal: AbortSignal): Promise<void> {
    const context = this.#beginRound();
    for (const node of subtree(this.#tree)) {
      lookup(node, context);
      if (!this.#isSliceOver()) continue;
      await this.#options.clock.yieldTurn();
      throwIfAborted(signal);
    }
    this.#directories.closeIdle();
    this.#isReady = true;
    if (this.#moved.size + this.#changed.size > 0 || this.#hasOverflowed) this.#settleSoon();
    this.#schedulePoll();
  }

  /** Ends it once; `undefined` is a quiet end. */
  end(fault: Fault | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cancelPoll?.();
    this.#cancelOverflow?.();
    this.#storms[Symbol.dispose]();
    this.#directories.closeAll();
    this.#end(fault);
  }

  /** The kernel may have dropped events, those of directories among them. */
  overflow(): void {
    const { clock } = this.#options;
    const waitMs = this.#overflowedAtMs + BETWEEN_OVERFLOWS_MS - clock.monotonicMs();
    if (waitMs <= 0) return this.#overflowNow();
    this.#cancelOverflow ??= clock.schedule(waitMs, () => this.#overflowNow());
  }

  #overflowNow(): void {
    this.#cancelOverflow = undefined;
    this.#overflowedAtMs = this.#options.clock.monotonicMs();
    this.#hasOverflowed = true;
    this.#settleSoon();
  }

  #mark(directory: DirectoryWatch, event: EntryEvent): void {
    this.#options.countEvent();
    if (this.#hasEnded) return;
    if (this.#storms.count(directory)) {
      // Here and not after the turn: there would be none. What else happened meanwhile may be lost.
      this.#directories.rest(directory);
      this.overflow();
    }
    for (const node of this.#directories.found(directory, event.name ?? "")) {
      if (event.isSameEntry) this.#changed.add(node);
      else this.#moved.add(node);
    }
    if (!event.isSameEntry) {
      for (const node of directory.owners) this.#markOwner(node, event.isOwn);
    }
    if (this.#moved.size + this.#changed.size > 0) this.#settleSoon();
  }

  #wake(directory: DirectoryWatch): void {
    this.#directories.wake(directory);
    for (const node of this.#directories.allFound(directory)) this.#moved.add(node);
    this.#settleSoon();
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
      this.#settle()
        .catch((error: unknown) => this.end(toFault(error)))
        .finally(() => {
          this.#isSettling = false;
          if (this.#moved.size + this.#changed.size > 0 || this.#hasOverflowed) this.#settleSoon();
        });
    });
  }

  /** In slices, where there is much: what is marked meanwhile is for the next time. */
  async #settle(): Promise<void> {
    const hints = new Map<string, string>();
    const hasOverflowed = this.#hasOverflowed;
    this.#hasOverflowed = false;
    const [moved, changed] = [this.#moved, this.#changed];
    [this.#moved, this.#changed] = [new Set(), new Set()];
    if (hasOverflowed) moved.add(this.#tree);
    if (moved.size > 0) await this.#lookupMoved(moved, hints);
    for (const node of changed) {
      if (this.#hasEnded) return;
      const before = node.seen;
      observeAgain(node, this.#directories);
      this.#collect(hints, node, wordFor(before, node.seen));
      if (this.#isSliceOver()) await this.#options.clock.yieldTurn();
    }
    if (hasOverflowed) hints.clear();
    if (hasOverflowed && !this.#hasEnded) this.#options.hear({ type: "overflow" });
    for (const [path, trigger] of hints) {
      // Whoever hears may dispose.
      if (!this.#hasEnded) this.#options.hear({ type: "path", path, trigger });
    }
  }

  async #lookupMoved(moved: ReadonlySet<PathNode>, hints: Map<string, string>): Promise<void> {
    const context = this.#beginRound();
    for (const top of moved) {
      if (hasAncestorIn(moved, top)) continue;
      const before = top.seen;
      for (const node of subtree(top)) {
        if (this.#hasEnded) return;
        const word = node === top ? undefined : "parent replaced";
        lookup(node, context);
        this.#collect(hints, node, word ?? wordFor(before, node.seen));
        if (this.#isSliceOver()) await this.#options.clock.yieldTurn();
      }
    }
    this.#directories.closeIdle();
    this.#schedulePoll();
  }

  #isSliceOver(): boolean {
    this.#sinceTurn += 1;
    if (this.#sinceTurn < SLICE) return false;
    this.#sinceTurn = 0;
    return true;
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
