import { type ResourceId, resourceId } from "../../id.ts";
import type { Catalog } from "../../resource/catalog.ts";
import type { Thing } from "../../resource/kind.ts";
import type { Resource } from "../../resource/resource.ts";
import { DeclaredLinks, type Way } from "./declared-links.ts";

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
const NO_PATHS: readonly string[] = [];
const NO_OWNERS: readonly Owner[] = [];
const CONFIG_NAME = /^(.+)\.(?:conf|cfg|yaml|yml)$/;

/** What is declared, looked up the ways auto-edges need: by id, by kind, by path. */
export class DeclaredIndex {
  readonly #positions = new Map<ResourceId, number>();
  readonly #byKind = new Map<string, Resource[]>();
  readonly #containers = new Map<string, ResourceId>();
  readonly #paths = new Map<ResourceId, readonly string[]>();
  readonly #resources: readonly Resource[];
  readonly #catalog: Catalog;
  readonly #links = new DeclaredLinks();
  #ownersByThing: ReadonlyMap<Thing, readonly Owner[]> | undefined;
  #filesByWord: Map<string, ResourceId[]> | undefined;

  constructor(resources: readonly Resource[], catalog: Catalog) {
    this.#resources = resources;
    this.#catalog = catalog;
    resources.forEach((resource, position) => {
      this.#positions.set(resource.id, position);
      const sameKind = this.#byKind.get(resource.kind);
      if (sameKind) sameKind.push(resource);
      else this.#byKind.set(resource.kind, [resource]);
      this.#addPaths(resource);
    });
  }

  /** A whole owner of a path, such as an archive or a checkout, holds what is below it; a directory or file goes first. */
  #addPaths(resource: Resource): void {
    const owned = pathsOwnedBy(resource, this.#catalog);
    if (owned.length === 0) return;
    const paths = owned.map(({ path }) => path);
    this.#paths.set(resource.id, paths);
    const isContainer = resource.kind === "directory" || resource.kind === "file";
    for (const { path, isWhole, leadsTo } of owned) {
      if (leadsTo !== undefined) this.#links.add(path, { id: resource.id, target: leadsTo });
      if (isContainer || (isWhole && !this.#containers.has(path))) {
        this.#containers.set(path, resource.id);
      }
    }
  }

  has(id: ResourceId): boolean {
    return this.#positions.has(id);
  }

  /** The position of a resource in the order of declaration. */
  position(id: ResourceId): number | undefined {
    return this.#positions.get(id);
  }

  /** In the order of declaration. */
  ofKind(kind: string): readonly Resource[] {
    return this.#byKind.get(kind) ?? [];
  }

  /** The paths that a resource owns, wholly or in part. */
  pathsOf(id: ResourceId): readonly string[] {
    return this.#paths.get(id) ?? NO_PATHS;
  }

  /** Who is nearest above an absolute path: a directory, a file, or another whole owner of its path. */
  nearestAncestor(path: string): ResourceId | undefined {
    for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) {
      const found = this.#containers.get(parent);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The file, directory or other whole owner of exactly this path. */
  containerAt(path: string): ResourceId | undefined {
    return this.#containers.get(path);
  }

  /** The mounts above an absolute path, the nearest first. */
  mountsAbove(path: string): readonly ResourceId[] {
    if (this.ofKind("mount").length === 0) return [];
    const found: ResourceId[] = [];
    for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) {
      const mount = this.find("mount", parent);
      if (mount !== undefined) found.push(mount);
    }
    return found;
  }

  /**
   * Where a path leads by the links that are declared: by those above it, and where `isFollowed` by one at it too;
   * `undefined` when none is on its way.
   */
  wayTo(path: string, isFollowed: boolean): Way | undefined {
    if (this.#links.isEmpty) return undefined;
    const way = this.#links.follow(path, isFollowed);
    return way.links.length === 0 ? undefined : way;
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
    this.#ownersByThing ??= indexOwners(this.#resources, this.#catalog);
    return this.#ownersByThing.get(thing) ?? NO_OWNERS;
  }

  #makersOfPath(path: string, counts: (owner: Owner) => boolean): readonly ResourceId[] {
    const way = this.wayTo(path, true);
    const found = this.#makersAt(path, counts);
    if (way === undefined) return found;
    return [...found, ...way.links, ...this.#makersAt(way.path, counts)];
  }

  #makersAt(path: string, counts: (owner: Owner) => boolean): readonly ResourceId[] {
    const owners = this.#ownersOf(`${PATH_THING}${path}`);
    const above = owners.length === 0 ? this.nearestAncestor(path) : undefined;
    const mounted = this.find("mount", path);
    return [
      ...owners.filter(counts).map(({ id }) => id),
      ...(above === undefined ? [] : [above]),
      ...(mounted === undefined ? [] : [mounted]),
      ...this.mountsAbove(path),
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
    const ofPackage = this.find("package", name);
    const declared = PROGRAM_DIRECTORIES.flatMap((directory) => {
      const thing = `${PATH_THING}${directory}/${name}` as const;
      return this.#ownersOf(thing).length === 0 ? [] : this.makersOf(thing);
    });
    return ofPackage === undefined ? declared : [...declared, ofPackage];
  }

  /** Files with a path component `word`, or whose base name is `word.conf`, `.cfg`, `.yaml` or `.yml`. */
  filesAbout(word: string): readonly ResourceId[] {
    this.#filesByWord ??= indexWords(this.ofKind("file"));
    return this.#filesByWord.get(word) ?? [];
  }

  /** Every id, in the order of declaration. */
  ids(): Iterable<ResourceId> {
    return this.#positions.keys();
  }

  /** The id, when it is declared. */
  find(kind: string, name: string): ResourceId | undefined {
    const id = resourceId(kind, name);
    return this.#positions.has(id) ? id : undefined;
  }
}

/** The directory part of an absolute path; `undefined` for `/`. */
export function parentOf(path: string): string | undefined {
  if (path === "/" || path === "") return undefined;
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

interface OwnedPath {
  readonly path: string;
  readonly isWhole: boolean;
  readonly leadsTo?: string | undefined;
}

/** Who decides about a thing, and whether about all of it. */
interface Owner {
  readonly id: ResourceId;
  readonly isWhole: boolean;
}

function pathsOwnedBy(resource: Resource, catalog: Catalog): readonly OwnedPath[] {
  const owned = catalog.get(resource.kind)?.owns?.(resource.spec) ?? [];
  return owned
    .filter(({ thing }) => thing.startsWith(PATH_THING))
    .map(({ thing, ...owned }) => ({ ...owned, path: thing.slice(PATH_THING.length) }));
}

function indexOwners(
  resources: readonly Resource[],
  catalog: Catalog,
): ReadonlyMap<Thing, readonly Owner[]> {
  const owners = new Map<Thing, Owner[]>();
  for (const { id, kind, spec } of resources) {
    for (const { thing, isWhole } of catalog.get(kind)?.owns?.(spec) ?? []) {
      const known = owners.get(thing);
      if (known) known.push({ id, isWhole });
      else owners.set(thing, [{ id, isWhole }]);
    }
  }
  return owners;
}

function indexWords(files: readonly Resource[]): Map<string, ResourceId[]> {
  const byWord = new Map<string, ResourceId[]>();
  for (const file of files) {
    const components = file.name.split("/");
    const stem = CONFIG_NAME.exec(components.at(-1) ?? "")?.[1];
    for (const word of new Set([...components, ...(stem === undefined ? [] : [stem])])) {
      const known = byWord.get(word);
      if (known) known.push(file.id);
      else byWord.set(word, [file.id]);
    }
  }
  return byWord;
}
