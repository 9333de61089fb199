import {
  type LeafCondition,
  leafKey,
  leavesOf,
  type MachineCondition,
  type Truth,
} from "@holdfast/core";
import type { Declaration, ResourceRecord } from "../records/resource-record.ts";
import type { Replacement } from "../records/resource-store.ts";

/** What is known of one leaf, shared by all resources that name it. */
export interface Leaf {
  readonly condition: LeafCondition;
  /** The resources that are hinted when it changes; empty but while serving. */
  readonly users: Set<ResourceRecord>;
  /** `undefined` before the first observation. */
  truth: Truth | undefined;
  /** Logical time at which the observation of `truth` began. */
  stamp: number;
  ongoing: { readonly stamp: number; readonly done: Promise<void> } | undefined;
  /** It is observed again because of a hint; `again`: and once more after that. */
  following: "idle" | "once" | "again";
}

/** The leaves that resources name, each once, and the resources that are hinted of each. */
export class LeafStore {
  readonly #leaves = new Map<string, Leaf>();
  /** The leaves of those who are hinted. */
  readonly #followed = new Map<ResourceRecord, readonly Leaf[]>();

  /** `undefined` when no resource names it. */
  find(condition: LeafCondition): Leaf | undefined {
    return this.#leaves.get(leafKey(condition));
  }

  of(condition: LeafCondition): Leaf {
    const known = this.find(condition);
    if (known !== undefined) return known;
    const users = new Set<ResourceRecord>();
    const nothing = { truth: undefined, stamp: 0, ongoing: undefined, following: "idle" } as const;
    const leaf: Leaf = { condition, users, ...nothing };
    this.#leaves.set(leafKey(condition), leaf);
    return leaf;
  }

  namedBy(subject: { readonly declared: Declaration }): readonly Leaf[] {
    const conditions = conditionsOf(subject);
    return conditions === undefined ? NONE : leavesOf(conditions).map((one) => this.of(one));
  }

  /** Those who name a leaf of this type. */
  usersOf(type: LeafCondition["type"]): ReadonlySet<ResourceRecord> {
    const leaves = [...this.#leaves.values()].filter(({ condition }) => condition.type === type);
    return new Set(leaves.flatMap(({ users }) => [...users]));
  }

  /** The records to hint from now on. Returns every leaf that one of them names. */
  follow({ gone, changed }: Replacement): readonly LeafCondition[] {
    for (const record of [...gone, ...changed]) this.#unfollow(record);
    for (const record of changed) {
      const leaves = this.namedBy(record);
      if (leaves.length > 0) this.#followed.set(record, leaves);
      for (const leaf of leaves) leaf.users.add(record);
    }
    for (const [key, { users }] of this.#leaves) {
      if (users.size === 0) this.#leaves.delete(key);
    }
    return [...this.#leaves.values()].map(({ condition }) => condition);
  }

  #unfollow(record: ResourceRecord): void {
    for (const { users } of this.#followed.get(record) ?? NONE) users.delete(record);
    this.#followed.delete(record);
  }
}

/** What a resource waits for; `undefined` where nothing is declared. */
export function conditionsOf({
  declared,
}: {
  readonly declared: Declaration;
}): readonly MachineCondition[] | undefined {
  return declared.resource.meta.condition;
}

const NONE: readonly never[] = [];
