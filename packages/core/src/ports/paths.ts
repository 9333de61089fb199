import type { Fault } from "../fault/fault.ts";

/** What a path watch says: a path may have changed, or events were lost and every path may have. */
export type PathHint =
  | { readonly type: "path"; readonly path: string; readonly trigger: string }
  | { readonly type: "overflow" };

/** A live watch. Disposing ends it quietly; `ended` then resolves with `undefined`. */
export interface Watch extends AsyncDisposable {
  /** Resolves when the watch has ended: with why, or `undefined` after disposal. Never rejects. */
  readonly ended: Promise<Fault | undefined>;
}

/** Paths that are watched from now on, and paths that no longer are. */
export interface PathChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** A watch of paths, which can watch others without being opened anew. */
export interface PathWatch extends Watch {
  /**
   * Resolves when what was added is watched. What stays is noticed all the while.
   * @throws {Fault} Aborted; WatchFailed, and then the watch has ended.
   */
  change(changes: PathChanges, signal: AbortSignal): Promise<void>;
}

/** Watches paths for changes. A hint may be lost, doubled or late: it says only that an observation is worth it. */
export interface PathWatches {
  /**
   * Resolves when every path is watched: each later change of one is hinted, whether the path or its
   * parents exist yet or not, the hundredth time like the first. Hints never come before it resolves or after disposal.
   * A directory is also hinted when an entry of it comes or goes; a symbolic link also when its target changes.
   */
  watch(
    paths: readonly string[],
    hear: (hint: PathHint) => void,
    signal: AbortSignal,
  ): Promise<PathWatch>;
}
