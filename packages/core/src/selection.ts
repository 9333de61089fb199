import type { Diagnosed, Diagnostic } from "./fault/diagnostic.ts";
import type { ResourceId } from "./id.ts";
import type { Resource } from "./resource/resource.ts";
import { nearest } from "./check/suggest.ts";

/** Which resources of a manifest take part. Patterns are ids, kinds, tags or globs over ids. */
export interface Selection {
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** Whether what the chosen ones depend on comes along. */
  readonly withDependencies: boolean;
}

/** Makes a matcher of a glob; passed in, because core has no glob library. */
export type GlobCompiler = (glob: string) => (text: string) => boolean;

/** What selecting needs to know. */
export interface SelectOptions {
  readonly selection: Selection;
  /** The direct dependencies of a resource. */
  readonly dependenciesOf: (id: ResourceId) => Iterable<ResourceId>;
  readonly compileGlob: GlobCompiler;
}

/**
 * Chooses resources. A word without a colon is a kind or a tag (`file`, `web`); everything else is an id or a glob over
 * ids (`file:/etc/motd`, `file:/etc/**`, `*nginx*`). No `only` means all; `skip` wins over `only` and over
 * dependencies, and what only a skipped resource depends on does not come along. A pattern that matches nothing is an
 * error: more likely a slip than a wish. Linear in resources times patterns.
 */
export function selectResources(
  resources: readonly Resource[],
  { selection, dependenciesOf, compileGlob }: SelectOptions,
): Diagnosed<ReadonlySet<ResourceId>> {
  const matching = (option: string, patterns: readonly string[]) =>
    matchResources(resources, { option, patterns, compileGlob });
  const only = matching("--only", selection.only);
  const skip = matching("--skip", selection.skip);
  const diagnostics = [...only.diagnostics, ...skip.diagnostics];
  if (only.value === undefined || skip.value === undefined) return { diagnostics };
  const skipped = skip.value;
  const all = selection.only.length === 0 ? resources.map(({ id }) => id) : [...only.value];
  const chosen = new Set(all.filter((id) => !skipped.has(id)));
  if (selection.withDependencies) addDependencies(chosen, skipped, dependenciesOf);
  return { value: chosen, diagnostics };
}

/** What matching needs to know. */
export interface MatchOptions {
  /** The option that the patterns were given with, for errors. */
  readonly option: string;
  readonly patterns: readonly string[];
  readonly compileGlob: GlobCompiler;
}

/** The resources that one of the patterns matches, in the language of `selectResources`. */
export function matchResources(
  resources: readonly Resource[],
  { option, patterns, compileGlob }: MatchOptions,
): Diagnosed<ReadonlySet<ResourceId>> {
  const diagnostics: Diagnostic[] = [];
  const found = new Set<ResourceId>();
  for (const pattern of patterns) {
    const ids = matches(resources, pattern, compileGlob);
    if (ids.length === 0) diagnostics.push(matchesNothing(option, pattern, resources));
    for (const id of ids) found.add(id);
  }
  return diagnostics.length > 0 ? { diagnostics } : { value: found, diagnostics };
}

function matches(
  resources: readonly Resource[],
  pattern: string,
  compileGlob: GlobCompiler,
): readonly ResourceId[] {
  const isMatch = GLOB_CHARACTER.test(pattern) ? compileGlob(pattern) : () => false;
  return resources
    .filter(({ id, kind, meta }) => {
      if (id === pattern || kind === pattern || meta.tags?.includes(pattern)) return true;
      return isMatch(id);
    })
    .map(({ id }) => id);
}

const GLOB_CHARACTER = /[*?[{(!]/;

/** A Set's iteration also visits what is added meanwhile, so this is the transitive closure. */
function addDependencies(
  chosen: Set<ResourceId>,
  skipped: ReadonlySet<ResourceId>,
  dependenciesOf: (id: ResourceId) => Iterable<ResourceId>,
): void {
  for (const id of chosen) {
    for (const dependency of dependenciesOf(id)) {
      if (!skipped.has(dependency)) chosen.add(dependency);
    }
  }
}

function matchesNothing(
  option: string,
  pattern: string,
  resources: readonly Resource[],
): Diagnostic {
  const words = resources.flatMap(({ id, kind, meta }) => [id, kind, ...(meta.tags ?? [])]);
  const near = nearest(pattern, new Set(words));
  const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
  const detail = `"${pattern}" is no id, kind or tag of this manifest and matches no id.${hint}`;
  return { severity: "error", address: option, summary: "Pattern matches nothing", detail };
}
