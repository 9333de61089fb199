import type { WatchChanges } from "@holdfast/core";
import type { Declaration, ResourceRecord } from "../records/resource-record.ts";

interface Place {
  readonly position: number;
  /** As it is watched. */
  declared: Declaration;
}

/** Who is at which position of a watch. A position that was left is given to the next who comes. */
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

  /** Takes other members; returns what that changes, `undefined` when nothing. */
  replace(records: readonly ResourceRecord[]): WatchChanges<unknown> | undefined {
    const removed: number[] = [];
    const added = new Map<number, unknown>();
    const stays = new Set(records);
    for (const [record, { position }] of this.#places) {
      if (stays.has(record)) continue;
      removed.push(position);
      this.#remove(record, position);
    }
    for (const record of records) {
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
