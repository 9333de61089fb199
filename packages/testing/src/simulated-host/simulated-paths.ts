import {
  type Fault,
  type PathChanges,
  type PathHint,
  type PathWatch,
  type PathWatches,
  throwIfAborted,
} from "@holdfast/core";
import type { DirectoryChange } from "./kernel/changes.ts";
import type { SimulatedKernel } from "./kernel/kernel.ts";

/** A simulated watch, and what can happen to it. */
export interface SimulatedPaths extends PathWatches {
  /** Ends every live watch with this fault, as a watcher that died. */
  endAll(fault: Fault): void;
  /** Live watches. */
  count(): number;
}

/**
 * Watches out of listeners on directories: each path has a listener on every directory entry that it is reached
 * through, links included, and they are set anew after each change of one of them. Nothing polls, nothing sleeps.
 */
export function simulatedPaths(kernel: SimulatedKernel, root: string): SimulatedPaths {
  const live = new Set<LiveWatch>();
  return {
    async watch(paths, hear, signal): Promise<PathWatch> {
      throwIfAborted(signal);
      const watch = new LiveWatch(kernel, root, hear);
      for (const path of paths) watch.add(path);
      live.add(watch);
      void watch.ended.then(() => live.delete(watch));
      return watch;
    },
    endAll(fault) {
      for (const watch of live) watch.end(fault);
    },
    count: () => live.size,
  };
}

class LiveWatch implements PathWatch {
  readonly #kernel: SimulatedKernel;
  readonly #root: string;
  readonly #hear: (hint: PathHint) => void;
  readonly #ended = Promise.withResolvers<Fault | undefined>();
  readonly #listening = new Map<string, readonly (() => void)[]>();
  #isOver = false;

  constructor(kernel: SimulatedKernel, root: string, hear: (hint: PathHint) => void) {
    this.#kernel = kernel;
    this.#root = root === "/" ? "" : root;
    this.#hear = hear;
  }

  get ended(): Promise<Fault | undefined> {
    return this.#ended.promise;
  }

  add(path: string): void {
    const entries = this.#kernel.entriesOnPath(this.#root + path);
    const stops = entries.map(({ directory, name }) =>
      this.#kernel.changes.listen(directory, (change) => this.#take(path, name, change)),
    );
    this.#listening.set(path, [...stops, ...this.#listenInside(path)]);
  }

  /** A directory is also hinted when an entry of it comes or goes. */
  #listenInside(path: string): readonly (() => void)[] {
    const inside = this.#kernel.entriesOnPath(`${this.#root}${path}/any`);
    const entries = this.#kernel.entriesOnPath(this.#root + path);
    const last = inside.at(-1);
    if (last === undefined || inside.length === entries.length) return [];
    return [
      this.#kernel.changes.listen(last.directory, (change) => this.#takeInside(path, change)),
    ];
  }

  #takeInside(path: string, change: DirectoryChange): void {
    if (this.#isOver || change.type === "overflow") return;
    if (change.trigger === "modify" || change.trigger === "attributes") return;
    this.#hear({ type: "path", path, trigger: change.trigger });
  }

  async change({ added, removed }: PathChanges, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    for (const path of removed) {
      this.#stop(path);
      this.#listening.delete(path);
    }
    for (const path of added) this.add(path);
  }

  end(fault: Fault | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const path of this.#listening.keys()) this.#stop(path);
    this.#ended.resolve(fault);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.end(undefined);
    return Promise.resolve();
  }

  #take(path: string, name: string, change: DirectoryChange): void {
    if (this.#isOver) return;
    if (change.type === "overflow") {
      this.#hear({ type: "overflow" });
      return;
    }
    if (change.name !== name) return;
    if (change.trigger !== "modify" && change.trigger !== "attributes") {
      this.#stop(path);
      this.add(path);
    }
    this.#hear({ type: "path", path, trigger: change.trigger });
  }

  #stop(path: string): void {
    for (const stop of this.#listening.get(path) ?? []) stop();
  }
}
