import type { ImmediateCalls } from "../calls.ts";

/** An open directory that was reached without following an untrusted link. */
export interface Directory {
  /** A path handle. */
  readonly handle: number;
  /** Inside the root, free of links; empty for the root itself, so that `path + "/" + name` is a child's. */
  readonly path: string;
  /** Uses in progress; it is not closed before the last one ends. */
  uses: number;
}

/** Open directories by path, the least recently used closed beyond `capacity`. Disposing closes all. */
export class DirectoryCache implements Disposable {
  readonly #calls: ImmediateCalls;
  readonly #capacity: number;
  readonly #open = new Map<string, Directory>();

  constructor(calls: ImmediateCalls, capacity: number) {
    this.#calls = calls;
    this.#capacity = capacity;
  }

  /** The open directory of a path, now the most recently used. */
  get(path: string): Directory | undefined {
    const directory = this.#open.get(path);
    if (directory === undefined) return undefined;
    this.#open.delete(path);
    this.#open.set(path, directory);
    return directory;
  }

  /** Takes over a handle; the cache closes it. */
  add(path: string, handle: number): Directory {
    const directory = { handle, path, uses: 0 };
    this.#open.set(path, directory);
    if (this.#open.size > this.#capacity) this.#evict(directory);
    return directory;
  }

  [Symbol.dispose](): void {
    for (const directory of this.#open.values()) this.#calls.close(directory.handle);
    this.#open.clear();
  }

  #evict(newest: Directory): void {
    for (const [path, directory] of this.#open) {
      if (directory.uses > 0 || directory === newest) continue;
      this.#open.delete(path);
      this.#calls.close(directory.handle);
      return;
    }
  }
}
