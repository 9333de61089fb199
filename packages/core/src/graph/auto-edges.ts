import type { ResourceId } from "../id.ts";
import { isJsonObject } from "../json.ts";
import { parseUnitName } from "../ports/services/unit-name.ts";
import type { Resource } from "../resource/resource.ts";
import type { DeclaredIndex } from "./declared/declared-index.ts";

/** Takes one edge found: the resource comes after this one. */
type Emit = (dependency: ResourceId | undefined) => void;

/** One rule of G3: what a resource obviously comes after, without its author saying so. */
export interface AutoEdgeRule {
  /** The kind it is about; `undefined` for every kind that owns a path. */
  readonly kind?: string;
  find(resource: Resource, index: DeclaredIndex, emit: Emit): void;
}

const SHORTEST_SERVICE_NAME = 3;

/** The rules in the order in which they are tried (G3). */
export const AUTO_EDGE_RULES: readonly AutoEdgeRule[] = [
  { kind: "service", find: serviceAfterPackage },
  { kind: "service", find: unitOf("service") },
  { find: pathAfterAncestor },
  { kind: "service", find: serviceAfterItsFiles },
  { kind: "file", find: fileAfterPackageOfItsDirectory },
  { kind: "timer", find: unitOf("timer") },
  { kind: "service", find: serviceAfterUser },
  { kind: "mount", find: mountAfterDirectory },
  { find: pathAfterMount },
];

function serviceAfterPackage(resource: Resource, index: DeclaredIndex, emit: Emit): void {
  emit(index.find("package", serviceStem(resource.name)));
}

function unitOf(suffix: "service" | "timer"): AutoEdgeRule["find"] {
  return (resource, index, emit) => {
    const { name } = resource;
    const stem = name.endsWith(`.${suffix}`) ? name.slice(0, -suffix.length - 1) : name;
    emit(index.find("systemd-unit", stem));
    emit(index.find("systemd-unit", `${stem}.${suffix}`));
  };
}

function pathAfterAncestor(resource: Resource, index: DeclaredIndex, emit: Emit): void {
  for (const path of index.pathsOf(resource.id)) {
    const same = index.containerAt(path);
    emit(same === undefined || same === resource.id ? index.nearestAncestor(path) : same);
    for (const link of index.wayTo(path, false)?.links ?? []) emit(link);
  }
}

function serviceAfterItsFiles(resource: Resource, index: DeclaredIndex, emit: Emit): void {
  const stem = serviceStem(resource.name);
  const words = stem.length < SHORTEST_SERVICE_NAME ? [] : [stem];
  for (const word of [...words, ...unitFilesOf(resource.name)]) {
    for (const file of index.filesAbout(word)) emit(file);
  }
}

/** How the files of a unit, or of its template, and the directories of their drop-ins are called. */
function unitFilesOf(name: string): readonly string[] {
  const unit = parseUnitName(name) ?? parseUnitName(`${name}.service`);
  if (unit === undefined) return [];
  const own = [unit.name, ...(unit.template === undefined ? [] : [unit.template])];
  return own.flatMap((file) => [file, `${file}.d`]);
}

function fileAfterPackageOfItsDirectory(
  resource: Resource,
  index: DeclaredIndex,
  emit: Emit,
): void {
  if (index.ofKind("package").length === 0) return;
  for (const component of resource.name.split("/").slice(0, -1)) {
    emit(index.find("package", component));
  }
}

function serviceAfterUser(resource: Resource, index: DeclaredIndex, emit: Emit): void {
  if (!isJsonObject(resource.input)) return;
  const { user } = resource.input;
  if (typeof user === "string") emit(index.find("user", user));
}

function mountAfterDirectory(resource: Resource, index: DeclaredIndex, emit: Emit): void {
  emit(index.find("directory", resource.name));
}

function pathAfterMount(resource: Resource, index: DeclaredIndex, emit: Emit): void {
  for (const path of index.pathsOf(resource.id)) {
    for (const mount of index.mountsAbove(path)) emit(mount);
  }
}

function serviceStem(name: string): string {
  return name.endsWith(".service") ? name.slice(0, -".service".length) : name;
}
