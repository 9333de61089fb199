import type { Clock, PathHint } from "@holdfast/core";

/** What a session needs. */
export interface WatchSessionOptions {
  readonly root: string;
  readonly clock: Clock;
  /** For paths where nothing can be watched. */
  readonly pollMs: number;
  /** Counts one event of the kernel's queue. */
  readonly countEvent: () => void;
  /** Receives every directory that is listened to; see `WatchRecorder`. */
  readonly attend: (fullPath: string) => () => void;
  readonly hear: (hint: PathHint) => void;
}
