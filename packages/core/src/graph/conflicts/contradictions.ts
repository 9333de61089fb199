import type { Diagnostic } from "../../fault/diagnostic.ts";
import type { Catalog } from "../../resource/catalog.ts";
import type { Thing } from "../../resource/kind.ts";
import type { Resource } from "../../resource/resource.ts";
import { pathOfThing } from "./covered-paths.ts";
import { type DeclaredIndex, parentOf } from "../declared/declared-index.ts";
import { resourceError } from "../resource-error.ts";
import { placed } from "./placed.ts";

/** What these own is a part of a file, so that nothing can lie below it. */
const PARTS_OF_FILES = ["line", "json-field"];

/** Why a resource cannot be as declared while another is. */
interface Contradiction {
  readonly resource: Resource;
  readonly other: Resource;
  /** The middle of a sentence about the first. */
  readonly why: string;
  readonly remedy: string;
}

/**
 * Finds pairs of which only one can be as declared: what is below a path that is to be absent or is a file, and what needs a
 * thing that is to be absent. Each apply would undo, or destroy, what the other asks for. A pair is reported once. Linear;
 * of a manifest in which nothing is to be absent each directory is looked up once.
 */
export function findContradictions(
  resources: readonly Resource[],
  index: DeclaredIndex,
  catalog: Catalog,
): readonly Diagnostic[] {
  const finder = new Finder(resources, index, catalog);
  const diagnostics: Diagnostic[] = [];
  for (const resource of resources) {
    const found = finder.about(resource);
    if (found.length > 0) diagnostics.push(...oncePerPair(found).map(diagnosticOf));
  }
  return diagnostics;
}

function oncePerPair(found: readonly Contradiction[]): readonly Contradiction[] {
  return [...new Map(found.toReversed().map((one) => [one.other, one])).values()].toReversed();
}

/** Shared, because hardly any resource contradicts another. */
const NONE: readonly Contradiction[] = [];

class Finder {
  readonly #resources: readonly Resource[];
  readonly #index: DeclaredIndex;
  readonly #catalog: Catalog;
  /** What is not there when all is as declared, by who is to be absent. */
  readonly #gone = new Map<Thing, Resource>();
  /** Paths below which nothing can be, by who says so; but for files, which the index has. */
  readonly #ends = new Map<string, Resource>();
  /** What was found at or above a path; many paths share their directories. */
  readonly #known = new Map<string, Resource | undefined>();

  constructor(resources: readonly Resource[], index: DeclaredIndex, catalog: Catalog) {
    this.#resources = resources;
    this.#index = index;
    this.#catalog = catalog;
    for (const resource of index.absent) this.#addGone(resource);
    for (const resource of PARTS_OF_FILES.flatMap((kind) => index.ofKind(kind))) {
      if (this.#isAbsent(resource)) continue;
      for (const path of index.pathsOf(resource.id)) this.#ends.set(path, resource);
    }
  }

  /** What is wrong with one resource. */
  about(resource: Resource): readonly Contradiction[] {
    if (this.#isAbsent(resource)) return NONE;
    const above = this.#above(resource);
    const missing = this.#missing(resource);
    return missing.length === 0 ? above : [...above, ...missing];
  }

  #isAbsent(resource: Resource): boolean {
    return this.#index.absent.has(resource);
  }

  #addGone(resource: Resource): void {
    const kind = this.#catalog.get(resource.kind);
    const owned = kind?.owns?.(resource.spec) ?? [];
    const own = owned.filter(({ isWhole }) => isWhole).map(({ thing }) => thing);
    for (const named of kind?.takesAway?.(resource.spec) ?? own) {
      for (const thing of [named, this.#index.withoutLinks(named)]) {
        this.#gone.set(thing, resource);
        const path = pathOfThing(thing);
        if (path !== undefined) this.#ends.set(path, resource);
      }
    }
  }

  /** What is declared above its paths and cannot hold them. */
  #above(resource: Resource): readonly Contradiction[] {
    let found = NONE;
    for (const path of this.#index.pathsOf(resource.id)) {
      const other = this.#endAbove(path);
      if (other !== undefined) found = [...found, below(resource, other, this.#isAbsent(other))];
    }
    return found;
  }

  #endAbove(path: string): Resource | undefined {
    const parent = parentOf(path);
    return parent === undefined ? undefined : this.#endAt(parent);
  }

  #endAt(path: string): Resource | undefined {
    const known = this.#known.get(path);
    if (known !== undefined || this.#known.has(path)) return known;
    const found = this.#ends.get(path) ?? this.#fileAt(path) ?? this.#endAbove(path);
    this.#known.set(path, found);
    return found;
  }

  #fileAt(path: string): Resource | undefined {
    const id = this.#index.containerAt(path);
    const at = id?.startsWith("file:") === true ? this.#index.position(id) : undefined;
    const file = at === undefined ? undefined : this.#resources[at];
    return file === undefined || this.#isAbsent(file) ? undefined : file;
  }

  /** What it needs and is to be absent. Who takes part in no automatic edge knows better. */
  #missing(resource: Resource): readonly Contradiction[] {
    if (this.#gone.size === 0 || resource.meta.autoEdge === false) return NONE;
    let found = NONE;
    for (const thing of this.#catalog.get(resource.kind)?.needs?.(resource.spec) ?? []) {
      const other = this.#goneOf(thing);
      if (other === undefined || other === resource || other.meta.autoEdge === false) continue;
      found = [...found, needing(resource, other, thing)];
    }
    return found;
  }

  #goneOf(thing: Thing): Resource | undefined {
    const path = /^(?:path|tree|content):(.*)$/s.exec(thing)?.[1];
    if (path === undefined) return this.#gone.get(thing);
    const { path: place } = this.#index.wayTo(path, true) ?? { path };
    const other = this.#endAt(path) ?? this.#endAt(place);
    return other !== undefined && this.#isAbsent(other) ? other : undefined;
  }
}

function below(resource: Resource, other: Resource, isAbsent: boolean): Contradiction {
  if (isAbsent) {
    const why = `is to be present, and ${placed(other)}, which it lies below, is to be absent`;
    return { resource, other, why, remedy: "declare both absent, or remove one of them" };
  }
  const why = `lies below ${placed(other)}, which is a file and holds nothing`;
  return { resource, other, why, remedy: "remove one of them, or declare a directory instead" };
}

function needing(resource: Resource, other: Resource, thing: Thing): Contradiction {
  const name = thing.replace(/^(?:path|tree|content):/, "").replace(":", " ");
  const why = `needs ${name}, and ${placed(other)} is to be absent`;
  const remedy =
    "declare both absent, or remove one of them; where it comes from elsewhere, write meta.autoEdge: false";
  return { resource, other, why, remedy };
}

function diagnosticOf({ resource, why, remedy }: Contradiction): Diagnostic {
  const detail = `${resource.id} ${why}, so that they would undo each other: ${remedy}`;
  return resourceError(resource, "two resources undo each other", detail);
}
