import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
} from "node:fs";
import type { Clock } from "@holdfast/core";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** Nobody has so many accounts in files. */
const MOST_BYTES = 16 * 1024 * 1024;
/** A change sooner than this after the last one may leave the times of the inode as they were. */
const CLOCK_TICK_MS = 100;

/** A parsed file that is read again when it changed. */
export class AccountFile<Entries> {
  readonly #path: () => string;
  readonly #parse: (text: string) => Entries;
  readonly #clock: Clock;
  #cached: { readonly identity: string; readonly entries: Entries } | undefined;

  /** `path` is asked each time, because links inside a root may change. */
  constructor(path: () => string, parse: (text: string) => Entries, clock: Clock) {
    this.#path = path;
    this.#parse = parse;
    this.#clock = clock;
  }

  /** What the file says now; a missing file says what an empty one does. A failing call comes out as it is. */
  read(): Entries {
    const path = this.#path();
    const entry = statSync(path, { throwIfNoEntry: false });
    if (entry === undefined) return this.#parse("");
    if (this.#cached?.identity === identityOf(entry)) return this.#cached.entries;
    return this.#load(path);
  }

  #load(path: string): Entries {
    const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const entry = fstatSync(descriptor);
      // What a pipe or a device says would pass for a file without accounts.
      if (!entry.isFile()) throw new Error(`${path} is not a regular file`);
      if (entry.size > MOST_BYTES) throw new Error(`${path} is longer than ${MOST_BYTES} bytes`);
      const entries = this.#parse(readFileSync(descriptor, "utf8"));
      const isSettled = this.#clock.wallMs() - entry.ctimeMs > CLOCK_TICK_MS;
      this.#cached = isSettled ? { identity: identityOf(entry), entries } : undefined;
      return entries;
    } finally {
      closeSync(descriptor);
    }
  }
}

function identityOf(entry: Stats): string {
  return `${entry.dev}:${entry.ino}:${entry.size}:${entry.mtimeMs}:${entry.ctimeMs}`;
}
