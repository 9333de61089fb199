// Long because: all of it works on the marks and the directories of one session.
import { type Fault, type PathChanges, throwIfAborted, toFault } from "@holdfast/core";
import { DirectoryWatches, type EntryEvent } from "./directory-watches.ts";
import { LookupMarks } from "./lookup-marks.ts";
import { observeAgain, type LookupContext, lookup } from "./tree/path-lookup.ts";
import { Paced } from "./paced.ts";
import {
  addPath,
  createPathTree,
  findNode,
  type DirectoryWatch,
  hasAncestorIn,
  type PathNode,
  removePath,
  subtree,
} from "./tree/path-tree.ts";
import { PolledNodes } from "./polled-nodes.ts";
import { wordFor } from "./tree/sighting.ts";
import { endedFault } from "./watch-faults.ts";
import { Storms } from "./storms.ts";
import { isOnAny, readUnwatchableMounts } from "./unwatchable-mounts.ts";
import type { WatchSessionOptions } from "./watch-session-options.ts";

/** Nodes looked up before the loop gets a turn; about a millisecond. */
const SLICE = 256;
/** Everything is looked up again at most so often, however many events are lost. */
const BETWEEN_OVERFLOWS_MS = 5_000;

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
  readonly #marks = new LookupMarks();
  readonly #polled: PolledNodes;
  #isSettling = false;
  #isReady = false;
  #hasEnded = false;
  readonly #storms: Storms<DirectoryWatch>;
  readonly #overflows: Paced;
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
    this.#polled = new PolledNodes(options.clock, options.pollMs, (due) => {
      for (const node of due) this.#marks.addMoved(node);
      this.#settleSoon();
    });
    this.#overflows = new Paced(options.clock, BETWEEN_OVERFLOWS_MS, () => {
      this.#marks.overflow();
      this.#settleSoon();
    });
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
    if (!this.#marks.isEmpty) this.#settleSoon();
    if (!this.#hasEnded) this.#polled.schedule();
  }

  /**
   * Watches other paths. An added path is looked up like a moved one, and so is hinted once.
   * @throws {Fault} WatchFailed, when the watch has ended; Aborted.
   */
  async change({ added, removed }: PathChanges, signal: AbortSignal): Promise<void> {
    for (const path of removed) this.#remove(path);
    for (let from = 0; from < added.length; from += SLICE) {
      throwIfAborted(signal);
      for (const path of added.slice(from, from + SLICE)) {
        this.#marks.addMoved(addPath(this.#tree, path));
      }
      await this.#settled();
    }
    if (added.length === 0) this.#settleSoon();
  }

  /** Ends it once; `undefined` is a quiet end. */
  end(fault: Fault | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#polled[Symbol.dispose]();
    this.#overflows[Symbol.dispose]();
    this.#storms[Symbol.dispose]();
    this.#directories.closeAll();
    this.#end(fault);
  }

  /** The kernel may have dropped events, those of directories among them. */
  overflow(): void {
    this.#overflows.request();
  }

  /** Something else is at these points of the machine now: everything at and below them is looked up anew. */
  remounted(points: readonly string[]): void {
    for (const node of this.#nodesAt(points)) this.#marks.addMoved(node);
    if (!this.#marks.isEmpty) this.#settleSoon();
  }

  /** The same for those of these points at which something else is than at the last lookup. */
  checkMounts(points: readonly string[]): void {
    const nodes = this.#nodesAt(points);
    if (nodes.length === 0) return;
    const unwatchable = readUnwatchableMounts();
    for (const node of nodes) {
      const { seen, place } = node;
      // What another machine answers for is not asked here.
      if (place === undefined || isOnAny(unwatchable, this.#directories.fullPath(place.path)))
        continue;
      observeAgain(node, this.#directories);
      if (node.seen?.inode !== seen?.inode) this.#marks.addMoved(node);
    }
    if (!this.#marks.isEmpty) this.#settleSoon();
  }

  /** The nodes of mount points inside the root. */
  #nodesAt(points: readonly string[]): readonly PathNode[] {
    const { root } = this.#options;
    return points.flatMap((point) => {
      const path = root === "/" ? point : insideOf(root, point);
      return path === undefined || path === "/" ? [] : (findNode(this.#tree, path) ?? []);
    });
  }

  #mark(directory: DirectoryWatch, event: EntryEvent): void {
    this.#options.countEvent();
    if (this.#hasEnded) return;
    if (this.#storms.count(directory)) {
      // Here and not after the turn: there would be none. Other events of that time may be lost.
      this.#directories.rest(directory);
      this.overflow();
    }
    for (const node of this.#directories.found(directory, event.name ?? "")) {
      if (event.isSameEntry) this.#marks.addChanged(node);
      else this.#marks.addMoved(node);
    }
    if (!event.isSameEntry) {
      for (const node of directory.owners) this.#markOwner(node, event.isOwn);
    }
    if (!this.#marks.isEmpty) this.#settleSoon();
  }

  #remove(path: string): void {
    for (const node of removePath(this.#tree, path)) {
      this.#directories.release(node);
      this.#marks.remove(node);
      this.#polled.remove(node);
    }
  }

  /** Resolves when what is marked now has been looked up. */
  async #settled(): Promise<void> {
    const found = this.#marks.found();
    this.#settleSoon();
    await Promise.race([found, this.ended]);
    if (this.#hasEnded) throw (await this.ended) ?? endedFault();
  }

  #wake(directory: DirectoryWatch): void {
    this.#directories.wake(directory);
    for (const node of this.#directories.allFound(directory)) this.#marks.addMoved(node);
    this.#settleSoon();
  }

  // The entries of a watched directory are its content. Its own events have its own name; they tell of attributes, of
  // its end, and of an unmount, of which no other directory has an event.
  #markOwner(node: PathNode, isOwn: boolean): void {
    if (isOwn) this.#marks.addMoved(node);
    else if (node.watched.length > 0) this.#marks.addChanged(node);
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
          if (!this.#marks.isEmpty) this.#settleSoon();
        });
    });
  }

  /** In slices, where there is much: what is marked meanwhile is for the next time. */
  async #settle(): Promise<void> {
    const hints = new Map<string, string>();
    const { moved, changed, hasOverflowed, done } = this.#marks.take();
    if (hasOverflowed) moved.add(this.#tree);
    if (moved.size > 0) await this.#lookupMoved(moved, hints);
    else this.#directories.closeIdle();
    for (const node of changed) {
      if (this.#hasEnded) return;
      const before = node.seen;
      observeAgain(node, this.#directories);
      this.#collect(hints, node, wordFor(before, node.seen));
      if (this.#isSliceOver()) await this.#options.clock.yieldTurn();
    }
    done();
    if (hasOverflowed) hints.clear();
    if (hasOverflowed && !this.#hasEnded) this.#options.hear({ type: "overflow" });
    for (const [path, trigger] of hints) {
      // A listener may dispose.
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
    if (!this.#hasEnded) this.#polled.schedule();
  }

  #isSliceOver(): boolean {
    this.#sinceTurn += 1;
    if (this.#sinceTurn < SLICE) return false;
    this.#sinceTurn = 0;
    return true;
  }

  // The first word stays: it is of the node that had the event itself.
  #collect(hints: Map<string, string>, node: PathNode, word: string): void {
    for (const path of node.watched) if (!hints.has(path)) hints.set(path, word);
  }

  #beginRound(): LookupContext {
    this.#directories.beginRound();
    return {
      directories: this.#directories,
      unwatchable: readUnwatchableMounts(),
      deaf: (node) => this.#polled.add(node),
    };
  }
}

/** A path of the machine as one inside a root; `undefined` for one that is not. */
function insideOf(root: string, path: string): string | undefined {
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}
