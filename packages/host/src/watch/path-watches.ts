import { resolve } from "node:path";
import type { Clock, Fault, PathWatch, PathWatches } from "@holdfast/core";
import { openCanary } from "./canary.ts";
import { MountChanges } from "./mount-changes.ts";
import { EventBurst, readOverflowLimit } from "./event-burst.ts";
import { WatchSession } from "./watch-session.ts";
import type { WatchRecorder } from "./watch-recorder.ts";

/** How paths are watched. */
export interface PathWatchesOptions {
  readonly clock: Clock;
  /** Every path is inside it, and so is what symbolic links lead to. Default `/`. */
  readonly root?: string;
  /**
   * A directory of the agent's own, outside of what is declared, best on a tmpfs: each watch touches a file in it and
   * ends when it gets no event of that. Default: no such check.
   */
  readonly canaryDirectory?: string;
  /** Between two touches. Default 60 000. */
  readonly canaryIntervalMs?: number;
  /** A touch must be noticed within this. Default 5 000. */
  readonly canaryDeadlineMs?: number;
  /** How often paths without events are hinted (network file systems, /proc, no rights). Default 30 000. */
  readonly pollMs?: number;
  /** How often the table of mounts is compared. Default: never; then the resync sees what a mount hides. */
  readonly mountCheckMs?: number;
  /**
   * Events in one turn of the loop that count as an overflow. Default: half of
   * /proc/sys/fs/inotify/max_queued_events.
   */
  readonly overflowLimit?: number;
  /** Receives at once what the watches do. Default: nobody. */
  readonly recorder?: WatchRecorder;
}

/**
 * Watches paths through `node:fs` watches of directories: the parents of the paths, the directories above them up to
 * the root, and those that symbolic links on the way lead through. A directory is listened to before it is
 * read, and everything below an entry that moved is looked up and hinted again. So a path is watched for ever, whatever
 * happens to it and to its parents, and before it exists. A watched directory is also hinted when an entry comes or
 * goes. A mount that hides a watched directory makes no event; it is found in the table of mounts a moment later.
 */
export function openPathWatches(options: PathWatchesOptions): PathWatches {
  const burst = new EventBurst(options.overflowLimit ?? readOverflowLimit());
  const { mountCheckMs } = options;
  const mounts =
    mountCheckMs === undefined ? undefined : new MountChanges(options.clock, mountCheckMs);
  const { recorder } = options;
  return {
    async watch(paths, hear, signal): Promise<PathWatch> {
      const session = new WatchSession(paths, {
        root: resolve(options.root ?? "/"),
        clock: options.clock,
        pollMs: options.pollMs ?? 30_000,
        countEvent: () => {
          recorder?.trigger();
          burst.count();
        },
        attend: (fullPath) => recorder?.attend(fullPath) ?? noop,
        hear,
      });
      const forget = burst.onOverflow(() => session.overflow());
      const forgetMounts = mounts?.listen({
        changed: (points) => session.remounted(points),
        present: (points) => session.checkMounts(points),
      });
      await using cleanup = new AsyncDisposableStack();
      cleanup.defer(() => {
        forget();
        forgetMounts?.();
        session.end(undefined);
      });
      await recorder?.start();
      await session.open(signal);
      if (options.canaryDirectory !== undefined) {
        const canary = await openCanary({
          directory: options.canaryDirectory,
          clock: options.clock,
          intervalMs: options.canaryIntervalMs ?? 60_000,
          deadlineMs: options.canaryDeadlineMs ?? 5_000,
          fail: (fault: Fault) => session.end(fault),
        });
        cleanup.use(canary);
      }
      const owned = cleanup.move();
      return {
        ended: session.ended,
        change: (changes, changing) => session.change(changes, changing),
        [Symbol.asyncDispose]: () => owned.disposeAsync(),
      };
    },
  };
}

function noop(): void {}
