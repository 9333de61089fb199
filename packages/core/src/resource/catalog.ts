import { assert } from "../unreachable.ts";
import type { AnyKind } from "./kind.ts";

/** The kinds that exist here, by name. */
export type Catalog = Pick<ReadonlyMap<string, AnyKind>, "get" | "has" | "keys" | "values">;

/** Makes a catalog; naming one kind twice is a mistake of ours. */
export function createCatalog(kinds: readonly AnyKind[]): Catalog {
  const catalog = new Map<string, AnyKind>();
  for (const kind of kinds) {
    assert(!catalog.has(kind.kind), `kind ${kind.kind} is in the catalog twice`);
    catalog.set(kind.kind, kind);
  }
  return catalog;
}

/** The same of kinds under their names. Each is taken from there when it is asked for first: its code may be loaded by that. */
export function catalogOf(kinds: Readonly<Record<string, AnyKind>>): Catalog {
  const taken = new Map<string, AnyKind>();
  const has = (name: string): boolean => Object.hasOwn(kinds, name);
  const get = (name: string): AnyKind | undefined => {
    const known = taken.get(name);
    if (known !== undefined || !has(name)) return known;
    const kind = kinds[name];
    if (kind !== undefined) taken.set(name, kind);
    return kind;
  };
  return {
    has,
    get,
    keys: () => Object.keys(kinds).values(),
    values: () => Object.values(kinds).values(),
  };
}
