import {
  buildGraph,
  type Catalog,
  type Diagnosed,
  type Diagnostic,
  Fault,
  type FaultData,
  formatLocation,
  type Graph,
  hasErrors,
  isEnough,
  type Log,
  type Manifest,
  matchResources,
  type ResourceId,
  restrictGraph,
  type Secrets,
  type Selection,
  selecting,
  selectResources,
  shownDiagnostics,
} from "@holdfast/core";
import type { Turn } from "./control/served.ts";
import type { SecretsSource } from "./secrets/secrets-source.ts";
import type { DesiredSource } from "./source.ts";

/** A manifest that was read, and the graph of those of its resources that take part. */
export interface Desired {
  readonly manifest: Manifest;
  readonly graph: Graph;
  /** Of all resources of the manifest. */
  readonly whole: Graph;
  /** What references stand for; absent where nothing refers to a secret. */
  readonly secrets?: Secrets;
  /** The resources that are only observed (D17). */
  readonly detectOnly: ReadonlySet<ResourceId>;
  /** Warnings only. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What reading a desired state needs. */
export interface DesiredOptions {
  readonly source: DesiredSource;
  readonly catalog: Catalog;
  readonly log: Log;
  /** Default: every resource takes part. */
  readonly select?: Selection;
  /** Default: there are no secrets, and a reference to one is a mistake. `unresolved` leaves references alone. */
  readonly secrets?: SecretsSource | "unresolved";
  /** Ids, kinds, tags or globs of resources that are only observed (D17). Default: none. */
  readonly detect?: readonly string[];
}

/**
 * Reads the source afresh, up to the graph.
 * @throws {Fault} InputInvalid, with every mistake that was found; whatever the source throws.
 */
export async function loadDesired(options: DesiredOptions, signal: AbortSignal): Promise<Desired> {
  const { source, catalog, log, select } = options;
  const loaded = await source.load(signal);
  const manifest = loaded.value;
  if (manifest === undefined) throw mistakesIn(source, loaded.diagnostics);
  const built = buildGraph(manifest.resources, { catalog, log });
  const diagnostics = [...loaded.diagnostics, ...built.diagnostics];
  const found = await openSecrets(manifest, options, signal);
  diagnostics.push(...found.diagnostics);
  if (built.value === undefined || hasErrors(diagnostics)) throw mistakesIn(source, diagnostics);
  const detectOnly = detected(built.value, options);
  const graph = select === undefined ? built.value : restricted(built.value, select, source);
  return {
    manifest,
    graph,
    whole: built.value,
    detectOnly,
    ...found.value,
    diagnostics: shownDiagnostics(diagnostics),
  };
}

function detected(
  { resources }: Graph,
  { detect = [], source }: DesiredOptions,
): ReadonlySet<ResourceId> {
  if (detect.length === 0) return new Set();
  const options = { option: "--detect", patterns: detect };
  return rightOrThrow(source, matchResources(resources, options));
}

function restricted(graph: Graph, selection: Selection, source: Pick<DesiredSource, "describe">) {
  return restrictGraph(graph, rightOrThrow(source, selectResources(graph, selection)));
}

/** A source without secrets does not load the code for them. */
async function openSecrets(
  { resources }: Manifest,
  { catalog, secrets }: DesiredOptions,
  signal: AbortSignal,
): Promise<Diagnosed<{ readonly secrets?: Secrets }>> {
  const isAsked = resources.some(({ references }) => references !== undefined);
  const isRead = secrets !== "unresolved" && (isAsked || secrets?.isNamed === true);
  if (!isRead) return { value: {}, diagnostics: [] };
  const { requireSecrets } = await import("./secrets/require-secrets.ts");
  return requireSecrets(resources, { catalog, ...(secrets && { secrets }) }, signal);
}

/**
 * The resources of a graph that a selection means, found a few at a time: others get their turns in between.
 * @throws {Fault} InputInvalid, with every pattern that matches nothing; whatever a turn throws.
 */
export async function selectIds(
  graph: Graph,
  selection: Selection,
  { source, turn }: { readonly source: Pick<DesiredSource, "describe">; readonly turn: Turn },
): Promise<ReadonlySet<ResourceId>> {
  const work = selecting(graph, selection);
  for (;;) {
    const step = await turn(() => work.next());
    if (step.done === true) return rightOrThrow(source, step.value);
  }
}

function rightOrThrow<T>(
  source: Pick<DesiredSource, "describe">,
  { value, diagnostics }: Diagnosed<T>,
): T {
  if (value === undefined) throw mistakesIn(source, diagnostics);
  return value;
}

function mistakesIn(
  source: Pick<DesiredSource, "describe">,
  diagnostics: readonly Diagnostic[],
): Fault {
  const count = diagnostics.filter(({ severity }) => severity === "error").length;
  const least = isEnough(diagnostics) ? "at least " : "";
  return new Fault({
    reason: "InputInvalid",
    message: `${source.describe} has ${least}${count} ${count === 1 ? "mistake" : "mistakes"}`,
    resolution: "Correct what is listed, and try again.",
    diagnostics,
  });
}

/** Mistakes in a source, in the one message that an event carries. */
export function explained(fault: Fault): FaultData {
  const [first, ...others] = fault.diagnostics;
  if (first === undefined) return fault.toJSON();
  const at = first.location === undefined ? "" : `${formatLocation(first.location)}: `;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const message = `${fault.message}: ${at}${first.summary}: ${first.detail}${more}`;
  return { ...fault.toJSON(), message };
}
