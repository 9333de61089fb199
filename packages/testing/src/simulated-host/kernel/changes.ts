import type { Inode } from "./disk/inode.ts";

/** The event that a listener on a directory gets for an entry, as from inotify; or that events were lost. */
export type DirectoryChange =
  | { readonly type: "entry"; readonly name: string; readonly trigger: ChangeWord }
  | { readonly type: "overflow" };

/** The kernel's words. */
export type ChangeWord = "create" | "delete" | "moved" | "modify" | "attributes";

/** Informs listeners on directories of changes of their entries, each after the call that made it. */
export class ChangeFeed {
  readonly #listeners = new Map<Inode, Set<(change: DirectoryChange) => void>>();
  readonly #schedule: (run: () => void) => void;
  #overflowing = false;

  constructor(schedule: (run: () => void) => void) {
    this.#schedule = schedule;
  }

  /** Listens to the directory's entries from now on; the returned function ends it. */
  listen(directory: Inode, hear: (change: DirectoryChange) => void): () => void {
    const listeners = this.#listeners.get(directory) ?? new Set();
    listeners.add(hear);
    this.#listeners.set(directory, listeners);
    return () => {
      listeners.delete(hear);
      if (listeners.size === 0) this.#listeners.delete(directory);
    };
  }

  /** Something happened to one entry. */
  tell(directory: Inode, name: string, trigger: ChangeWord): void {
    if (this.#overflowing) return;
    this.#deliver(this.#listeners.get(directory), { type: "entry", name, trigger });
  }

  /** Something happened to the thing itself, whatever its names. */
  tellAll(inode: Inode, trigger: ChangeWord): void {
    for (const { directory, name } of inode.names) this.tell(directory, name, trigger);
  }

  /** Every listener is informed that events were lost. While `isLasting`, it gets nothing else. */
  overflow(isLasting: boolean): void {
    this.#overflowing = isLasting;
    for (const listeners of this.#listeners.values())
      this.#deliver(listeners, { type: "overflow" });
  }

  #deliver(
    listeners: Set<(change: DirectoryChange) => void> | undefined,
    change: DirectoryChange,
  ): void {
    if (listeners === undefined) return;
    for (const hear of listeners) {
      this.#schedule(() => {
        if (listeners.has(hear)) hear(change);
      });
    }
  }
}
