import type { PathNode } from "./tree/path-tree.ts";

/** What is looked up in one go. */
export interface MarkedNodes {
  /** Nodes whose entry may be another by now: they and everything below are looked up again. */
  readonly moved: Set<PathNode>;
  /** Nodes whose entry is the same, with other content or attributes. */
  readonly changed: Set<PathNode>;
  /** Events were lost, so that anything may have changed. */
  readonly hasOverflowed: boolean;
  /** Lets those go on who waited for it. */
  readonly done: () => void;
}

/** The nodes to look up next. Marks that come during a lookup are for the next one. */
export class LookupMarks {
  #moved = new Set<PathNode>();
  #changed = new Set<PathNode>();
  #hasOverflowed = false;
  #waiting: (() => void)[] = [];
  /** What was taken last, and may still be looked up. */
  #taken: readonly Set<PathNode>[] = [];

  get isEmpty(): boolean {
    return this.#moved.size + this.#changed.size === 0 && !this.#hasOverflowed;
  }

  addMoved(node: PathNode): void {
    this.#moved.add(node);
  }

  addChanged(node: PathNode): void {
    this.#changed.add(node);
  }

  overflow(): void {
    this.#hasOverflowed = true;
  }

  /** Forgets a node, also where it is about to be looked up. */
  remove(node: PathNode): void {
    for (const marked of [this.#moved, this.#changed, ...this.#taken]) marked.delete(node);
  }

  /** Resolves when what is marked now has been looked up. */
  found(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    return promise;
  }

  take(): MarkedNodes {
    const [moved, changed, waiting] = [this.#moved, this.#changed, this.#waiting];
    const hasOverflowed = this.#hasOverflowed;
    [this.#moved, this.#changed, this.#waiting] = [new Set(), new Set(), []];
    this.#hasOverflowed = false;
    this.#taken = [moved, changed];
    const done = (): void => {
      this.#taken = [];
      for (const resolve of waiting) resolve();
    };
    return { moved, changed, hasOverflowed, done };
  }
}
