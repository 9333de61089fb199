import { nearest } from "../check/suggest.ts";
import type { Diagnosed, Diagnostic } from "../fault/diagnostic.ts";
import { targetsOf } from "../graph/adjacency.ts";
import type { Graph } from "../graph/graph.ts";
import type { ResourceId } from "../id.ts";
import type { Resource } from "../resource/resource.ts";
import { type PatternSet, readPatterns } from "./pattern-set.ts";

/** Which resources of a manifest take part. Patterns are ids, kinds, tags or globs over ids. */
export interface Selection {
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** Whether what the chosen ones depend on comes along. */
  readonly withDependencies: boolean;
}

/** What is chosen from: vertices are positions in `resources`. */
export type Selectable = Pick<Graph, "resources" | "dependencies">;

/**
 * Chooses resources. An id, a kind or a tag stands for itself (`file:/etc/motd`, `file`, `web`), everything else is a glob
 * over ids (`file:/etc/**`, `*nginx*`). No `only` means all; `skip` wins over `only` and over dependencies, and what only a
 * skipped resource depends on does not come along. A pattern that matches nothing is an error: more likely a slip than a
 * wish. Linear in resources and edges, times globs; ids, kinds and tags cost nothing each.
 */
export function selectResources(
  graph: Selectable,
  selection: Selection,
): Diagnosed<ReadonlySet<ResourceId>> {
  return finish(selecting(graph, selection));
}

/** The same, with a yield every few milliseconds: where the process has others to serve, they get their turn then. */
export function* selecting(
  { resources, dependencies }: Selectable,
  selection: Selection,
): Generator<void, Diagnosed<ReadonlySet<ResourceId>>> {
  const only = yield* matching(resources, "--only", selection.only);
  const skip = yield* matching(resources, "--skip", selection.skip);
  const diagnostics = [...only.diagnostics, ...skip.diagnostics];
  if (only.value === undefined || skip.value === undefined) return { diagnostics };
  const skipped = skip.value;
  const all = selection.only.length === 0 ? resources.keys() : only.value;
  const chosen = new Set([...all].filter((vertex) => !skipped.has(vertex)));
  if (selection.withDependencies) addDependencies(chosen, skipped, dependencies);
  return { value: idsOf(resources, chosen), diagnostics };
}

/** The resources that one of the patterns matches, in the language of `selectResources`; `option` gave the patterns. */
export function matchResources(
  resources: readonly Resource[],
  { option, patterns }: { readonly option: string; readonly patterns: readonly string[] },
): Diagnosed<ReadonlySet<ResourceId>> {
  const { value, diagnostics } = finish(matching(resources, option, patterns));
  return value === undefined ? { diagnostics } : { value: idsOf(resources, value), diagnostics };
}

type Vertices = ReadonlySet<number>;

/** As many characters are compared with globs between two yields: a few milliseconds. */
const SLICE_CHARACTERS = 50_000;
/** Finding what was meant asks every word there is, so it is done for the first few only. */
const MOST_SUGGESTIONS = 3;

function* matching(
  resources: readonly Resource[],
  option: string,
  patterns: readonly string[],
): Generator<void, Diagnosed<Vertices>> {
  if (patterns.length === 0) return { value: new Set(), diagnostics: [] };
  const { value: set, diagnostics } = readPatterns(option, patterns);
  if (set === undefined) return { diagnostics };
  const found = new Set<number>();
  let characters = 0;
  for (const [vertex, resource] of resources.entries()) {
    if (set.matches(resource)) found.add(vertex);
    characters += resource.id.length * set.globs;
    if (characters < SLICE_CHARACTERS) continue;
    characters = 0;
    yield;
  }
  const unused = unusedIn(set, option, resources);
  return unused.length > 0 ? { diagnostics: unused } : { value: found, diagnostics };
}

function unusedIn(
  set: PatternSet,
  option: string,
  resources: readonly Resource[],
): readonly Diagnostic[] {
  const unused = set.unused();
  if (unused.length === 0) return [];
  const words = new Set(
    resources.flatMap(({ id, kind, meta }) => [id, kind, ...(meta.tags ?? [])]),
  );
  return unused.map((pattern, position) => {
    const near = position < MOST_SUGGESTIONS ? nearest(pattern, words) : undefined;
    const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
    const detail = `"${pattern}" is no id, kind or tag of this manifest and matches no id.${hint}`;
    return { severity: "error", address: option, summary: "Pattern matches nothing", detail };
  });
}

/** A Set's iteration also visits what is added meanwhile, so this is the transitive closure. */
function addDependencies(
  chosen: Set<number>,
  skipped: Vertices,
  dependencies: Selectable["dependencies"],
): void {
  for (const vertex of chosen) {
    for (const target of targetsOf(dependencies, vertex)) {
      if (!skipped.has(target)) chosen.add(target);
    }
  }
}

function idsOf(resources: readonly Resource[], vertices: Vertices): ReadonlySet<ResourceId> {
  return new Set([...vertices].flatMap((vertex) => resources[vertex]?.id ?? []));
}

function finish<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
