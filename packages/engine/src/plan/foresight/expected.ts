import { type Expectation, pathOfThing, type ResourceId, type Thing } from "@holdfast/core";
import type { ResourceRecord } from "../../records/resource-record.ts";

/**
 * What the actions that were planned so far will have made, and taken away, when what comes after them is applied. What is
 * planned later comes later.
 */
export class Expected implements Expectation {
  readonly #coming = new Map<Thing, ResourceId>();
  readonly #going = new Map<Thing, ResourceId>();
  readonly #makers: ResourceRecord[] = [];

  /** Adds a resource that will be changed. */
  add(record: ResourceRecord): void {
    const { kind, resource } = record.declared;
    const isGoing = kind.isAbsent?.(resource.spec) === true;
    for (const { thing } of kind.owns?.(resource.spec) ?? []) {
      if (isGoing) this.#going.set(thing, record.id);
      else this.#addComing(thing, record.id);
    }
    if (kind.brings !== undefined && !isGoing) this.#makers.push(record);
  }

  #addComing(thing: Thing, id: ResourceId): void {
    this.#coming.set(thing, id);
    const path = pathOfThing(thing);
    if (path === undefined) return;
    this.#coming.set(`program:${path.slice(path.lastIndexOf("/") + 1)}`, id);
  }

  /** The resource that makes, changes or removes this thing; `undefined` when it stays as it is. */
  changedBy(thing: Thing): ResourceId | undefined {
    return this.#coming.get(thing) ?? this.#going.get(thing);
  }

  /** Whether a resource that is still to be applied is this thing. */
  comes(thing: Thing): boolean {
    return this.#coming.has(thing);
  }

  /** Whether it is there only until then. */
  goes(thing: Thing): boolean {
    return this.#going.has(thing);
  }

  /** What may bring one of these things before a resource is applied; the last of them that it may bring. */
  bringerOf(things: readonly Thing[], record: ResourceRecord): Bringer | undefined {
    const bringers = this.#makers.flatMap(
      (maker): readonly (Bringer & { maker: ResourceRecord })[] => {
        const { kind, resource } = maker.declared;
        const thing = things.findLast((one) => kind.brings?.(resource.spec, one) === true);
        return thing === undefined ? [] : [{ maker, id: maker.id, thing }];
      },
    );
    if (bringers.length === 0) return undefined;
    const before = dependenciesOf(record);
    return bringers.find(({ maker }) => before.has(maker));
  }
}

/** A resource that may bring a thing which it does not own. */
export interface Bringer {
  readonly id: ResourceId;
  readonly thing: Thing;
}

/** All that a resource comes after. */
function dependenciesOf(record: ResourceRecord): ReadonlySet<ResourceRecord> {
  const found = new Set(record.dependencies);
  for (const one of found) for (const dependency of one.dependencies) found.add(dependency);
  return found;
}
