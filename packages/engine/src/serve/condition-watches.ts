import { LEAF_TYPES, type LeafCondition, leafKey, type Watch } from "@holdfast/core";
import type { KnownConditions } from "../condition/known-conditions.ts";
import type { Replacement } from "../records/resource-store.ts";
import type { Runtime } from "../runtime.ts";
import { KeptWatch, type WatchStatus } from "./kept-watch.ts";

type LeafType = LeafCondition["type"];

/**
 * The watches of all conditions, one for each type of leaf; each leaf is in it once, however many resources name it.
 * While one is down, the resources that rely on it are polled.
 */
export class ConditionWatches {
  readonly #runtime: Runtime;
  readonly #known: KnownConditions;
  readonly #byType = new Map<LeafType, LeafWatch>();
  /** Settles when the watches of unused types are closed; no other type waits for that. */
  #closing: Promise<unknown> = Promise.resolve();

  constructor(runtime: Runtime, known: KnownConditions) {
    this.#runtime = runtime;
    this.#known = known;
  }

  /** Resolves when every type in use is watched, or has failed once and will be tried again, or takes long. */
  async change(replacement: Replacement): Promise<void> {
    const leaves = this.#known.follow(replacement);
    await Promise.all(
      LEAF_TYPES.map((type) => {
        const own = leaves.filter((leaf) => leaf.type === type);
        return this.#updateType(type, own);
      }),
    );
  }

  /** Whether changes of leaves of a type are watched at this moment. */
  isLive(type: LeafType): boolean {
    return this.#byType.get(type)?.isLive === true;
  }

  get statuses(): readonly WatchStatus[] {
    return [...this.#byType.values()].map(({ status }) => status);
  }

  async close(): Promise<void> {
    await Promise.all([this.#closing, ...[...this.#byType.values()].map((one) => one.close())]);
    this.#byType.clear();
  }

  async #updateType(type: LeafType, leaves: readonly LeafCondition[]): Promise<void> {
    const existing = this.#byType.get(type);
    if (leaves.length === 0) {
      this.#byType.delete(type);
      this.#closing = Promise.all([this.#closing, existing?.close()]);
      return;
    }
    if (existing) return existing.replace(leaves);
    const parts = { runtime: this.#runtime, known: this.#known };
    const watch = new LeafWatch(parts, type, leaves);
    this.#byType.set(type, watch);
    await watch.open();
  }
}

interface LeafWatchParts {
  readonly runtime: Runtime;
  readonly known: KnownConditions;
}

/** The watch of all leaves of one type. */
class LeafWatch {
  readonly #parts: LeafWatchParts;
  readonly #kept: KeptWatch;
  #leaves: readonly LeafCondition[];

  constructor(parts: LeafWatchParts, type: LeafType, leaves: readonly LeafCondition[]) {
    const { runtime, known } = parts;
    this.#parts = parts;
    this.#leaves = leaves;
    this.#kept = new KeptWatch(runtime, {
      name: `condition ${type}`,
      open: () => this.#openWatch(this.#leaves),
      onGap: (trigger) => {
        for (const user of known.usersOf(type)) runtime.hint(user, "poll", trigger);
      },
    });
  }

  get isLive(): boolean {
    return this.#kept.isLive;
  }

  get status(): WatchStatus {
    return this.#kept.status;
  }

  open(): Promise<void> {
    return this.#kept.open();
  }

  /** Watches other leaves. */
  async replace(leaves: readonly LeafCondition[]): Promise<void> {
    const before = this.#leaves.map(leafKey).join("\n");
    if (leaves.map(leafKey).join("\n") === before) return;
    this.#leaves = leaves;
    await this.#kept.renew();
  }

  close(): Promise<void> {
    return this.#kept.close();
  }

  #openWatch(leaves: readonly LeafCondition[]): Promise<Watch> {
    const { runtime, known } = this.#parts;
    const hear = (position: number): void => {
      const leaf = leaves[position];
      if (leaf !== undefined) known.notice(leaf);
    };
    return runtime.conditions.watch(leaves, hear, runtime.killed);
  }
}
