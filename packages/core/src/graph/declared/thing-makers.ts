import type { ResourceId } from "../../id.ts";
import type { Catalog } from "../../resource/catalog.ts";
import type { Thing } from "../../resource/kind.ts";
import type { Resource } from "../../resource/resource.ts";
import type { DeclaredIndex } from "./declared-index.ts";

const PATH_THING = "path:";
const TREE_THING = "tree:";
const CONTENT_THING = "content:";
const PROGRAM_THING = "program:";
/** Where a program without a path is found. */
const PROGRAM_DIRECTORIES = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];
const NO_OWNERS: readonly Owner[] = [];

/** Who decides about a thing, and whether about all of it. */
interface Owner {
  readonly id: ResourceId;
  readonly isWhole: boolean;
}

/** Finds which of the declared resources a thing comes from. */
export class ThingMakers {
  readonly #resources: readonly Resource[];
  readonly #index: DeclaredIndex;
  readonly #catalog: Catalog;
  #ownersByThing: ReadonlyMap<Thing, readonly Owner[]> | undefined;

  constructor(resources: readonly Resource[], index: DeclaredIndex, catalog: Catalog) {
    this.#resources = resources;
    this.#index = index;
    this.#catalog = catalog;
  }

  /**
   * What has to come first for a thing to be there: its owners; for a path without one what is above it, and always what is
   * mounted at it and above it, and the links on its way with what is where they lead; for a tree all in it too.
   */
  makersOf(thing: Thing): readonly ResourceId[] {
    if (thing.startsWith(TREE_THING)) return this.#makersOfTree(thing.slice(TREE_THING.length));
    if (thing.startsWith(PROGRAM_THING)) {
      return this.#makersOfProgram(thing.slice(PROGRAM_THING.length));
    }
    if (thing.startsWith(PATH_THING)) {
      return this.#makersOfPath(thing.slice(PATH_THING.length), () => true);
    }
    if (thing.startsWith(CONTENT_THING)) {
      return this.#makersOfPath(thing.slice(CONTENT_THING.length), ({ isWhole }) => isWhole);
    }
    return this.#ownersOf(thing).map(({ id }) => id);
  }

  #ownersOf(thing: Thing): readonly Owner[] {
    this.#ownersByThing ??= this.#indexOwners();
    return this.#ownersByThing.get(thing) ?? NO_OWNERS;
  }

  #indexOwners(): ReadonlyMap<Thing, readonly Owner[]> {
    const owners = new Map<Thing, Owner[]>();
    const add = (thing: Thing, owner: Owner): void => {
      const known = owners.get(thing);
      if (known) known.push(owner);
      else owners.set(thing, [owner]);
    };
    for (const { id, kind, spec } of this.#resources) {
      for (const { thing, isWhole } of this.#catalog.get(kind)?.owns?.(spec) ?? []) {
        add(thing, { id, isWhole });
        const other = this.#index.withoutLinks(thing);
        if (other !== thing) add(other, { id, isWhole });
      }
    }
    return owners;
  }

  #makersOfPath(path: string, counts: (owner: Owner) => boolean): readonly ResourceId[] {
    const way = this.#index.wayTo(path, true);
    const found = this.#makersAt(path, counts);
    if (way === undefined) return found;
    return [...found, ...way.links, ...this.#makersAt(way.path, counts)];
  }

  #makersAt(path: string, counts: (owner: Owner) => boolean): readonly ResourceId[] {
    const owners = this.#ownersOf(`${PATH_THING}${path}`);
    const above = owners.length === 0 ? this.#index.nearestAncestor(path) : undefined;
    const mounted = this.#index.find("mount", path);
    return [
      ...owners.filter(counts).map(({ id }) => id),
      ...(above === undefined ? [] : [above]),
      ...(mounted === undefined ? [] : [mounted]),
      ...this.#index.mountsAbove(path),
    ];
  }

  #makersOfTree(path: string): readonly ResourceId[] {
    const makers = this.makersOf(`${PATH_THING}${path}`);
    const below = `${PATH_THING}${path === "/" ? "" : path}/`;
    const inside = Array.from(this.#ownersByThing ?? []).flatMap(([thing, owners]) =>
      thing.startsWith(below) ? owners.map(({ id }) => id) : [],
    );
    return [...makers, ...inside];
  }

  #makersOfProgram(name: string): readonly ResourceId[] {
    const ofPackage = this.#index.find("package", name);
    const declared = PROGRAM_DIRECTORIES.flatMap((directory) => {
      const thing = `${PATH_THING}${directory}/${name}` as const;
      return this.#ownersOf(thing).length === 0 ? [] : this.makersOf(thing);
    });
    return ofPackage === undefined ? declared : [...declared, ofPackage];
  }
}
