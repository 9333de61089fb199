import type { Redaction, ResourceId } from "@holdfast/core";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Replacement, ResourceStore } from "../records/resource-store.ts";
import type { DesiredView } from "../runtime.ts";
import type { Desired } from "./desired.ts";

/** Gives other work a turn. */
type YieldTurn = () => Promise<void>;

/** The desired state that an engine works on, and how often it was replaced. */
export class DesiredState implements DesiredView {
  readonly #store: ResourceStore;
  readonly #redaction: Redaction;
  #generation = 0;
  #manifest: string | undefined;
  #digest = "";
  #loads = 0;
  #detectOnly: ReadonlySet<ResourceId> = new Set();
  /** Counts those that were asked to be taken: of two at once the older one is not taken any more. */
  #asked = 0;

  constructor(store: ResourceStore, redaction: Redaction) {
    this.#store = store;
    this.#redaction = redaction;
  }

  generation(): number {
    return this.#generation;
  }

  manifest(): string | undefined {
    return this.#manifest;
  }

  planned(): string {
    return this.#digest;
  }

  loads(): number {
    return this.#loads;
  }

  /** Whether the policy for a resource says to observe only. */
  isDetectOnly(id: ResourceId): boolean {
    return this.#detectOnly.has(id);
  }

  /**
   * Replaces the graph; records of resources that stay keep what is known of them. The comparison leaves turns to others,
   * the replacement is one. `undefined`: a newer one was asked for meanwhile.
   */
  async take(desired: Desired, yieldTurn: YieldTurn): Promise<Replacement | undefined> {
    this.#asked += 1;
    const asked = this.#asked;
    this.#redaction.learn(desired.secrets?.all.values() ?? []);
    const comparing = this.#store.compare(desired.graph, desired.secrets);
    let step = comparing.next();
    for (; step.done !== true; step = comparing.next()) {
      await yieldTurn();
      if (asked !== this.#asked) return undefined;
    }
    const before = this.#detectOnly;
    this.#detectOnly = desired.detectOnly ?? new Set();
    this.#generation = desired.generation;
    this.#manifest = desired.manifest;
    this.#digest = desired.digest ?? "";
    this.#loads += 1;
    const { gone, changed } = this.#store.replace(step.value);
    return { gone, changed: new Set([...changed, ...this.#otherwisePolicied(before)]) };
  }

  /** What a policy is about that was not before, or no longer. */
  *#otherwisePolicied(before: ReadonlySet<ResourceId>): Iterable<ResourceRecord> {
    for (const id of before.symmetricDifference(this.#detectOnly)) {
      const record = this.#store.find(id);
      if (record !== undefined) yield record;
    }
  }
}
