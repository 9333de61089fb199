import type { FileCalls } from "../calls.ts";
import type { Directory } from "../walk/directory-cache.ts";

/**
 * Group commit for directories: an fsync that starts after an entry was changed makes it durable, whoever asked for
 * it. For one directory at most one fsync runs and one waits to start, so that 64 writes at once cost two, not 64.
 */
export class DirectorySyncs {
  readonly #calls: FileCalls;
  readonly #groups = new Map<string, Group>();

  constructor(calls: FileCalls) {
    this.#calls = calls;
  }

  /** Resolves when every entry that was changed before the call is durable. @throws an errno error. */
  sync(directory: Directory): Promise<void> {
    const stat = this.#calls.stat(directory.handle);
    const key = `${stat.dev}:${stat.ino}`;
    const group = this.#groups.get(key);
    if (group === undefined) return this.#start(key, directory);
    group.next ??= this.#after(group.running, key, directory);
    return group.next;
  }

  #start(key: string, directory: Directory): Promise<void> {
    directory.uses += 1;
    const running = this.#calls.syncPath(directory.handle).finally(() => {
      directory.uses -= 1;
      if (this.#groups.get(key)?.next === undefined) this.#groups.delete(key);
    });
    this.#groups.set(key, { running, next: undefined });
    return running;
  }

  /** The one before may fail for its own callers; this one starts all the same. */
  async #after(before: Promise<void>, key: string, directory: Directory): Promise<void> {
    directory.uses += 1;
    try {
      await Promise.allSettled([before]);
      await this.#start(key, directory);
    } finally {
      directory.uses -= 1;
    }
  }
}

interface Group {
  readonly running: Promise<void>;
  /** Starts when the running one has ended. */
  next: Promise<void> | undefined;
}
