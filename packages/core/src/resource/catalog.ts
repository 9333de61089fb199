import { assert } from "../unreachable.ts";
import type { AnyKind } from "./kind.ts";

/** The kinds that exist here, by name. */
export type Catalog = ReadonlyMap<string, AnyKind>;

/** Makes a catalog; naming one kind twice is a mistake of ours. */
export function createCatalog(kinds: readonly AnyKind[]): Catalog {
  const catalog = new Map<string, AnyKind>();
  for (const kind of kinds) {
    assert(!catalog.has(kind.kind), `kind ${kind.kind} is in the catalog twice`);
    catalog.set(kind.kind, kind);
  }
  return catalog;
}
