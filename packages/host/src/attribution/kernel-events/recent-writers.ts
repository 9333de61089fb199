import type { SeenProcess } from "../processes/observe-process.ts";

/** Paths that are remembered; those without an event for longest are forgotten first. */
const MOST_PATHS = 1_024;

/** Somebody who changed a path. */
export interface Writer {
  readonly pid: number;
  /** `undefined` when it was gone before it could be observed. */
  readonly seen: SeenProcess | undefined;
  /** Its command line, once it is read. */
  readonly command: Promise<readonly string[] | undefined>;
  /** When the event was read, monotonic milliseconds. */
  readonly atMs: number;
}

/** Who changed which path last; bounded. */
export class RecentWriters {
  readonly #writers = new Map<string, Writer>();

  /** Notes a change. */
  note(path: string, writer: Writer): void {
    this.#writers.delete(path);
    this.#writers.set(path, writer);
    if (this.#writers.size <= MOST_PATHS) return;
    const [oldest] = this.#writers.keys();
    if (oldest !== undefined) this.#writers.delete(oldest);
  }

  /** The last writer of one of these paths, if its event was read at or after `sinceMs`. */
  last(paths: readonly string[], sinceMs: number): Writer | undefined {
    let last: Writer | undefined;
    for (const path of paths) {
      const writer = this.#writers.get(path);
      if (writer === undefined || writer.atMs < sinceMs) continue;
      if (last === undefined || writer.atMs >= last.atMs) last = writer;
    }
    return last;
  }
}
