import {
  buildGraph,
  createCatalog,
  type Graph,
  type ResourceId,
  type Result,
  restrictGraph,
  silentLog,
  targetsOf,
} from "@holdfast/core";
import { type Finding, live, type Problem, type Stage } from "./run.ts";
import { faultOf, resultsOf } from "./pass-results.ts";
import { makePass, openSite, type TestSetup } from "./site.ts";

/**
 * Each resource can be made with nothing but what it depends on. Else it is luck whether what it needs comes first: on a
 * machine where everything ran before nobody sees it.
 */
export async function eachAlone(stage: Stage): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { id } of stage.setup.desired.graph.resources) {
    const alone = { ...stage, setup: onlyWith(stage.setup, id) };
    const problem = await live(alone, "first run", async (world, tell) => {
      tell(`a fresh machine, ${id} and what it depends on`);
      await makePass(world);
      const failed = resultsOf(world).find((result) => result.id === id && isFailure(result));
      return failed === undefined ? undefined : await explain(stage, failed);
    });
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

async function explain(stage: Stage, failed: Result): Promise<Finding> {
  const { id } = failed;
  if (failed.fault?.reason === "NotConverged") return endless(failed);
  const missing = await missingDependencies(stage, id);
  const what = `it cannot be made on a fresh machine with nothing but what it depends on (${faultOf(failed)})`;
  if (missing.length === 0) {
    const remedy =
      "Declare what it needs and depend on it; or, if every machine has it, say so with --exists PATH.";
    return { about: [id], what, remedy };
  }
  const names = missing.join(" and ");
  return {
    about: [id, ...missing],
    what: `${what}: it needs ${names}, and nothing says so`,
    remedy: `Add ${names} to dependsOn of ${id}.`,
  };
}

/** What was made and does not stay so, or is asked for again. */
function endless({ id, fault }: Result): Finding {
  if (!id.startsWith("exec:"))
    return { about: [id], what: fault?.message ?? "", remedy: fault?.resolution ?? "" };
  return {
    about: [id],
    what: "its command would run at every pass: when it has run, its guard still says that it has to",
    remedy: "Make the guard (unless, onlyIf, creates) look for what the command makes.",
  };
}

/**
 * The resources that another one needs and does not name, found by trying: all that can come before it, less each that it
 * does without. Empty when even all of them do not help.
 */
async function missingDependencies(stage: Stage, id: ResourceId): Promise<readonly ResourceId[]> {
  const { graph } = stage.setup.desired;
  const others = graph.resources.map((one) => one.id).filter((one) => one !== id);
  let needed = others.filter((one) => withDependencies(stage, id, [one]) !== undefined);
  if (!(await helps(stage, id, needed))) return [];
  for (const one of needed) {
    const fewer = needed.filter((other) => other !== one);
    if (await helps(stage, id, fewer)) needed = fewer;
  }
  return needed;
}

async function helps(stage: Stage, id: ResourceId, more: readonly ResourceId[]): Promise<boolean> {
  const graph = withDependencies(stage, id, more);
  if (graph === undefined) return false;
  const { setup, seed } = stage;
  const tried = onlyWith({ ...setup, desired: { ...setup.desired, graph } }, id);
  const world = await openSite(tried, seed, () => {});
  await makePass(world);
  // Blocked is no help: what it depends on may be what fails.
  return resultsOf(world).some(({ id: one, status }) => one === id && isDone(status));
}

/** The graph with further dependencies of one resource; `undefined` where they would close a circle. */
function withDependencies(
  { setup: { kinds, desired } }: Stage,
  id: ResourceId,
  more: readonly ResourceId[],
): Graph | undefined {
  const resources = desired.graph.resources.map((resource) => {
    if (resource.id !== id) return resource;
    const dependsOn = [...(resource.meta.dependsOn ?? []), ...more];
    return { ...resource, meta: { ...resource.meta, dependsOn } };
  });
  return buildGraph(resources, { catalog: createCatalog(kinds), log: silentLog }).value;
}

function onlyWith(setup: TestSetup, id: ResourceId): TestSetup {
  const { graph, digest } = setup.desired;
  const kept = new Set<ResourceId>();
  collect(graph, id, kept);
  return { ...setup, desired: { digest, graph: restrictGraph(graph, kept) } };
}

function collect(graph: Graph, id: ResourceId, kept: Set<ResourceId>): void {
  const vertex = graph.vertexOf(id);
  if (vertex === undefined || kept.has(id)) return;
  kept.add(id);
  for (const target of targetsOf(graph.dependencies, vertex)) {
    const dependency = graph.resources[target];
    if (dependency !== undefined) collect(graph, dependency.id, kept);
  }
}

function isDone(status: Result["status"]): boolean {
  return status === "ok" || status === "changed" || status === "noop";
}

function isFailure({ status }: Result): boolean {
  return status === "failed" || status === "unknown";
}
