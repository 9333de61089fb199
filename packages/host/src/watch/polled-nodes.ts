import type { Clock } from "@holdfast/core";
import type { PathNode } from "./tree/path-tree.ts";

/** Nodes that cannot be watched: after a while they are looked up again, which shows whether that is still so. */
export class PolledNodes implements Disposable {
  readonly #clock: Clock;
  readonly #pollMs: number;
  readonly #onDue: (nodes: ReadonlySet<PathNode>) => void;
  #nodes = new Set<PathNode>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, pollMs: number, onDue: (nodes: ReadonlySet<PathNode>) => void) {
    this.#clock = clock;
    this.#pollMs = pollMs;
    this.#onDue = onDue;
  }

  add(node: PathNode): void {
    this.#nodes.add(node);
  }

  remove(node: PathNode): void {
    this.#nodes.delete(node);
  }

  /** After a round of lookups. */
  schedule(): void {
    if (this.#nodes.size === 0 || this.#cancel !== undefined) return;
    this.#cancel = this.#clock.schedule(this.#pollMs, () => {
      this.#cancel = undefined;
      const due = this.#nodes;
      this.#nodes = new Set();
      this.#onDue(due);
    });
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
  }
}
