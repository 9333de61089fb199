import type { WatchChanges } from "@holdfast/core";
import type { Declaration, ResourceRecord } from "../records/resource-record.ts";

interface Place {
  readonly position: number;
  /** As it is watched. */
  declared: Declaration;
}

/** What a new desired state means for the members of a watch. */
export interface MemberChanges {
  readonly gone: readonly ResourceRecord[];
  /** New, or declared differently; others may be among them. */
  readonly changed: readonly ResourceRecord[];
}

/** The resource at each position of a watch. A free position is given to the next resource. */
export class Members {
  readonly #byPosition: (ResourceRecord | undefined)[] = [];
  readonly #places = new Map<ResourceRecord, Place>();
  readonly #free: number[] = [];

  constructor(records: readonly ResourceRecord[]) {
    for (const record of records) this.#add(record);
  }

  at(position: number): ResourceRecord | undefined {
    return this.#byPosition[position];
  }

  records(): Iterable<ResourceRecord> {
    return this.#places.keys();
  }

  /** The specs of all, each at its position; only of members that have never changed. */
  specs(): readonly unknown[] {
    return this.#byPosition.map((record) => record?.declared.resource.spec);
  }

  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  /** Some leave, some come or are declared otherwise. Returns what that changes; `undefined` when nothing. */
  change({ gone, changed }: MemberChanges): WatchChanges<unknown> | undefined {
    const removed: number[] = [];
    const added = new Map<number, unknown>();
    for (const record of gone) {
      const place = this.#places.get(record);
      if (place === undefined) continue;
      removed.push(place.position);
      this.#remove(record, place.position);
    }
    for (const record of changed) {
      const place = this.#places.get(record);
      if (place?.declared === record.declared) continue;
      if (place !== undefined) {
        removed.push(place.position);
        place.declared = record.declared;
      }
      added.set(place?.position ?? this.#add(record), record.declared.resource.spec);
    }
    return removed.length === 0 && added.size === 0 ? undefined : { removed, added };
  }

  #add(record: ResourceRecord): number {
    const position = this.#free.pop() ?? this.#byPosition.length;
    this.#byPosition[position] = record;
    this.#places.set(record, { position, declared: record.declared });
    return position;
  }

  #remove(record: ResourceRecord, position: number): void {
    this.#places.delete(record);
    this.#byPosition[position] = undefined;
    this.#free.push(position);
  }
}
