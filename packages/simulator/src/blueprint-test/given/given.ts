import {
  type AnyKind,
  type Graph,
  isJsonObject,
  type Resource,
  type ResourceId,
  type Thing,
  targetsOf,
} from "@holdfast/core";
import type { OfferedPackage } from "@holdfast/testing";
import { isOnEveryMachine } from "./usual-files.ts";

/** What a manifest needs and does not make: it is taken to be there, as it is on the machines that it is for. */
export interface Given {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** Programs and parameters of the kernel. */
  readonly files: readonly string[];
  /** Unit files that no package of the manifest brings. */
  readonly units: readonly string[];
  /** What the package sources offer. */
  readonly offers: readonly OfferedPackage[];
  /** Images of containers: a registry has them. */
  readonly images: readonly string[];
  /** Networks of containers that nobody declares. */
  readonly networks: readonly string[];
  /** What packages bring, by their names. */
  readonly brought: ReadonlyMap<string, Brought>;
}

/** What comes with a package: paths are those of its files and directories. */
export interface Brought {
  readonly directories: readonly string[];
  readonly files: readonly string[];
  readonly units: readonly string[];
}

/** Below these is what the system and its packages bring. */
const OF_THE_SYSTEM = /^\/(?:usr|bin|sbin|lib|lib64|proc|sys)\//;
const NOTHING: Brought = { directories: [], files: [], units: [] };

/** What is taken for granted of a package, in words; `undefined` for one that nothing is asked of. */
export function wordsOf({ directories, files, units }: Brought): string | undefined {
  const names = [...new Set([...directories, ...files, ...units])];
  return names.length === 0 ? undefined : `that it brings ${names.join(", ")}`;
}

/** What graphs need and do not make. */
export function givenIn(graphs: readonly Graph[], kinds: readonly AnyKind[]): Given {
  const resources = graphs.flatMap((graph) => graph.resources);
  const things = new Things(resources, kinds);
  const named = (sort: string, of = resources): string[] => {
    const needed = of.flatMap((one) => things.missingOf(one));
    return [...new Set(needed.filter((thing) => thing.startsWith(`${sort}:`)).map(nameOf))];
  };
  // Commands are simulated by the name of their program, without a file.
  const others = resources.filter(({ kind }) => kind !== "exec");
  const brought = new Map<string, Brought>();
  const units = new Set<string>();
  const placed = graphs.flatMap((graph) => graph.resources.map((one) => ({ graph, one })));
  for (const { graph, one } of placed) {
    const missing = things.missingOf(one).filter((thing) => thing.startsWith("unit:"));
    const carrier = packageBefore(graph, one);
    if (carrier === undefined) for (const unit of missing) units.add(nameOf(unit));
    else addTo(brought, carrier, { ...things.around(one), units: missing.map(nameOf) });
  }
  return {
    users: named("user"),
    groups: named("group"),
    files: named("path", others).filter((path) => OF_THE_SYSTEM.test(path)),
    units: [...units],
    images: [...new Set(resources.flatMap((one) => things.imagesOf(one)))],
    networks: named("container-network"),
    offers: resources.filter(({ kind }) => kind === "package").map(offerOf),
    brought,
  };
}

/** What the resources of a manifest make and need. */
class Things {
  readonly #kinds: ReadonlyMap<string, AnyKind>;
  readonly #whole = new Set<string>();

  constructor(resources: readonly Resource[], kinds: readonly AnyKind[]) {
    this.#kinds = new Map(kinds.map((kind) => [kind.kind, kind]));
    for (const resource of resources) {
      for (const { thing, isWhole } of this.#ownedBy(resource)) {
        if (isWhole) this.#whole.add(thing);
        // Of a unit only its file counts, and not what is added to it.
        const [, unit] = /\/systemd\/system\/([^/]+)$/.exec(thing) ?? [];
        if (unit !== undefined) this.#whole.add(`unit:${unit}`);
      }
    }
  }

  /** What a resource needs and nothing makes. */
  missingOf({ kind, spec }: Resource): readonly Thing[] {
    const known = this.#kinds.get(kind);
    const needed = [...(known?.needs?.(spec) ?? []), ...(known?.uses?.(spec) ?? [])];
    return needed.filter((thing) => !this.#whole.has(thing));
  }

  /** The images that a resource is or needs. */
  imagesOf(resource: Resource): readonly string[] {
    const needed = this.#kinds.get(resource.kind)?.needs?.(resource.spec) ?? [];
    const own = this.#ownedBy(resource).map(({ thing }) => thing);
    return [...own, ...needed].filter((thing) => thing.startsWith("container-image:")).map(nameOf);
  }

  /** What has to be there where a resource adds to what is not its own: directories, and files that it edits. */
  around(resource: Resource): Pick<Brought, "directories" | "files"> {
    const paths = this.#ownedBy(resource).filter(({ thing }) => thing.startsWith("path:/"));
    const edited = paths.filter(({ thing, isWhole }) => !isWhole && !this.#whole.has(thing));
    const above = paths.map(({ thing }) => parentOf(nameOf(thing)));
    return {
      directories: above.filter((path) => !isOnEveryMachine(path) && !this.#isBelowMade(path)),
      files: edited.map(({ thing }) => nameOf(thing)),
    };
  }

  #ownedBy({ kind, spec }: Resource) {
    return this.#kinds.get(kind)?.owns?.(spec) ?? [];
  }

  #isBelowMade(path: string): boolean {
    for (let at = path; at !== ""; at = parentOf(at))
      if (this.#whole.has(`path:${at}`)) return true;
    return path === "";
  }
}

/** The package that a resource comes after; of several the one whose name is in the resource's. */
function packageBefore(graph: Graph, { id, name }: Resource): string | undefined {
  const packages: string[] = [];
  const seen = new Set<ResourceId>([id]);
  for (const each of seen) {
    const vertex = graph.vertexOf(each);
    for (const target of vertex === undefined ? [] : targetsOf(graph.dependencies, vertex)) {
      const dependency = graph.resources[target];
      if (dependency === undefined) continue;
      seen.add(dependency.id);
      if (dependency.kind === "package") packages.push(dependency.name);
    }
  }
  return packages.find((one) => name.includes(one)) ?? packages[0];
}

function addTo(brought: Map<string, Brought>, name: string, more: Brought): void {
  const known = brought.get(name) ?? NOTHING;
  brought.set(name, {
    directories: [...known.directories, ...more.directories],
    files: [...known.files, ...more.files],
    units: [...known.units, ...more.units],
  });
}

/** A package in a version that its declaration accepts. */
function offerOf({ name, input }: Resource): OfferedPackage {
  const [bare = name, architecture] = name.split(":");
  const { version, minVersion } = isJsonObject(input) ? input : {};
  const accepted = [version, minVersion].find((one) => typeof one === "string") ?? "1.0";
  const marked = architecture === undefined ? {} : { architecture };
  return { name: bare, version: accepted.replace("*", "0"), ...marked };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function nameOf(thing: Thing): string {
  return thing.slice(thing.indexOf(":") + 1);
}
