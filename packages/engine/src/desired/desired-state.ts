import type { Redaction, ResourceId } from "@holdfast/core";
import type { Desired } from "./desired.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { ResourceStore } from "../records/resource-store.ts";
import type { DesiredView } from "../runtime.ts";

/** What a desired state changed, for those who follow it. */
export interface Takeover {
  /** Records of resources that are no longer declared. */
  readonly gone: readonly ResourceRecord[];
  /** What has to be observed because of it: everything under a new generation, else what was declared anew. */
  readonly concerned: readonly ResourceRecord[];
}

/** The desired state that an engine works on, and how often it was replaced. */
export class DesiredState implements DesiredView {
  readonly #store: ResourceStore;
  readonly #redaction: Redaction;
  #generation = 0;
  #loads = 0;
  #detectOnly: ReadonlySet<ResourceId> = new Set();

  constructor(store: ResourceStore, redaction: Redaction) {
    this.#store = store;
    this.#redaction = redaction;
  }

  generation(): number {
    return this.#generation;
  }

  loads(): number {
    return this.#loads;
  }

  /** Whether the policy for a resource says to observe only. */
  isDetectOnly(id: ResourceId): boolean {
    return this.#detectOnly.has(id);
  }

  /** Replaces the graph; records of resources that stay keep what is known of them. */
  take(desired: Desired): Takeover {
    const isNews = desired.generation !== this.#generation;
    const before = new Map(this.#store.ordered.map((one) => [one, one.declared]));
    this.#generation = desired.generation;
    this.#detectOnly = desired.detectOnly ?? new Set();
    this.#loads += 1;
    this.#redaction.learn(desired.secrets?.all.values() ?? []);
    const gone = this.#store.replace(desired.graph, desired.secrets);
    const { ordered } = this.#store;
    // The same generation may say something else: whoever wrote it in an editor did not count.
    const concerned = isNews ? ordered : ordered.filter((one) => one.declared !== before.get(one));
    return { gone, concerned };
  }
}
