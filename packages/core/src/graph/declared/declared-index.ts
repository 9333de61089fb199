import { type ResourceId, resourceId } from "../../id.ts";
import type { Catalog } from "../../resource/catalog.ts";
import type { Thing } from "../../resource/kind.ts";
import type { Resource } from "../../resource/resource.ts";
import { DeclaredLinks, type Way } from "./declared-links.ts";

const PATH_THING = "path:";
const NO_PATHS: readonly string[] = [];
const CONFIG_NAME = /^(.+)\.(?:conf|cfg|yaml|yml)$/;

/** What is declared, looked up the ways auto-edges need: by id, by kind, by path. */
export class DeclaredIndex {
  readonly #positions = new Map<ResourceId, number>();
  readonly #byKind = new Map<string, Resource[]>();
  readonly #containers = new Map<string, ResourceId>();
  readonly #paths = new Map<ResourceId, readonly string[]>();
  readonly #links = new DeclaredLinks();
  readonly #absent = new Set<Resource>();
  #filesByWord: Map<string, ResourceId[]> | undefined;

  constructor(resources: readonly Resource[], catalog: Catalog) {
    resources.forEach((resource, position) => {
      this.#positions.set(resource.id, position);
      const sameKind = this.#byKind.get(resource.kind);
      if (sameKind) sameKind.push(resource);
      else this.#byKind.set(resource.kind, [resource]);
      this.#addPaths(resource, catalog);
      if (catalog.get(resource.kind)?.isAbsent?.(resource.spec) === true)
        this.#absent.add(resource);
    });
    if (!this.#links.isEmpty) for (const resource of resources) this.#addOtherNames(resource);
  }

  /** What lies below a link is known by its own path too, once all links are known. */
  #addOtherNames({ id }: Resource): void {
    const paths = this.pathsOf(id);
    const others = paths.flatMap((path) => this.wayTo(path, false)?.path ?? []);
    if (others.length === 0) return;
    this.#paths.set(id, [...paths, ...others]);
    for (const path of paths) {
      const other = this.wayTo(path, false)?.path;
      if (other === undefined || this.#containers.get(path) !== id) continue;
      if (!this.#containers.has(other)) this.#containers.set(other, id);
    }
  }

  /** A whole owner of a path, such as an archive or a checkout, holds what is below it; a directory or file goes first. */
  #addPaths(resource: Resource, catalog: Catalog): void {
    const owned = pathsOwnedBy(resource, catalog);
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

  /** What should not be there, in the order of declaration. */
  get absent(): ReadonlySet<Resource> {
    return this.#absent;
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

  /** The paths that a resource owns, wholly or in part, by every name that declared links give them. */
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

  /** The thing itself: a path below a declared link is another name of one where that leads. */
  withoutLinks(thing: Thing): Thing {
    if (this.#links.isEmpty || !thing.startsWith(PATH_THING)) return thing;
    const way = this.wayTo(thing.slice(PATH_THING.length), false);
    return way === undefined ? thing : `${PATH_THING}${way.path}`;
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

function pathsOwnedBy(resource: Resource, catalog: Catalog): readonly OwnedPath[] {
  const owned = catalog.get(resource.kind)?.owns?.(resource.spec) ?? [];
  return owned
    .filter(({ thing }) => thing.startsWith(PATH_THING))
    .map(({ thing, isWhole, leadsTo }) => {
      return { path: thing.slice(PATH_THING.length), isWhole, leadsTo };
    });
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
