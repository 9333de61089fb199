import {
  buildGraph,
  createCatalog,
  type Graph,
  type ResourceId,
  type Result,
  silentLog,
} from "@holdfast/core";
import { fewestOf, onlyWith, withDependents } from "./part-of-setup.ts";
import { faultOf, resultsOf } from "./pass-results.ts";
import { type Finding, live, type Problem, type Stage } from "./run.ts";
import { makePass, openSite, type TestSetup } from "./site.ts";

const PART = "first run";

/**
 * Each resource can be made with nothing but what it depends on. Else it is luck whether what it needs comes first: on a
 * machine where everything ran before nobody sees it.
 */
export async function eachAlone(stage: Stage): Promise<readonly Problem[]> {
  const failures: Result[] = [];
  for (const { id } of stage.setup.desired.graph.resources) {
    await live(only(stage, id), PART, async (world) => {
      await makePass(world);
      failures.push(...resultsOf(world).filter((result) => result.id === id && isFailure(result)));
      return undefined;
    });
  }
  const missing = await missingOfEach(stage, failures);
  const problems: Problem[] = [];
  for (const failed of failures) {
    const { id } = failed;
    const problem = await live(only(stage, id), PART, async (world, tell) => {
      tell(`a fresh machine, ${id} and what it depends on`);
      await makePass(world);
      return explain(failed, missing.get(id) ?? []);
    });
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

function only(stage: Stage, id: ResourceId): Stage {
  return { ...stage, setup: onlyWith(stage.setup, [id]) };
}

function explain(failed: Result, missing: readonly ResourceId[]): Finding {
  const { id } = failed;
  if (failed.fault?.reason === "NotConverged") return endless(failed);
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
 * What each that failed needs and does not name. One may need what another makes that failed too: each that is understood
 * gets what it needs before the rest is tried again, and one that nothing helps stands in nobody's way.
 */
async function missingOfEach(
  stage: Stage,
  failures: readonly Result[],
): Promise<ReadonlyMap<ResourceId, readonly ResourceId[]>> {
  const found = new Map<ResourceId, readonly ResourceId[]>();
  const hopeless = new Set(failures.map(({ id }) => id));
  let { graph } = stage.setup.desired;
  for (let before = -1; found.size > before; ) {
    before = found.size;
    for (const failed of failures) {
      const { id, fault } = failed;
      if (found.has(id) || fault?.reason === "NotConverged") continue;
      const repaired = { ...stage, setup: withGraph(stage.setup, graph) };
      const missing = await missingDependencies(repaired, failed, hopeless);
      if (missing.length === 0) continue;
      found.set(id, missing);
      graph = withDependencies(repaired.setup, id, missing) ?? graph;
      if ((await endOf(repaired, id, missing))?.fault === undefined) hopeless.delete(id);
    }
  }
  return found;
}

/**
 * The resources that another one needs and does not name, found by trying: all that can come before it, less each that it
 * does without. Empty when even all of them do not help.
 */
async function missingDependencies(
  stage: Stage,
  failed: Result,
  hopeless: ReadonlySet<ResourceId>,
): Promise<readonly ResourceId[]> {
  const { id } = failed;
  const { graph } = stage.setup.desired;
  const useless = withDependents(graph, hopeless);
  const others = graph.resources.map((one) => one.id).filter((one) => !useless.has(one));
  const possible = others.filter((one) => withDependencies(stage.setup, id, [one]) !== undefined);
  if (!(await helps(stage, failed, possible))) return [];
  return fewestOf(graph, possible, (fewer) => helps(stage, failed, fewer));
}

/** Whether it then comes further: it is made, or fails of something else, which is another mistake. */
async function helps(stage: Stage, failed: Result, more: readonly ResourceId[]): Promise<boolean> {
  const end = await endOf(stage, failed.id, more);
  if (end === undefined) return false;
  // Blocked is no help: what it depends on may be what fails.
  return isDone(end.status) || (isFailure(end) && end.fault?.reason !== failed.fault?.reason);
}

/** How a resource ends that depends on more; `undefined` where that closes a circle. */
async function endOf(
  { setup, seed }: Stage,
  id: ResourceId,
  more: readonly ResourceId[],
): Promise<Result | undefined> {
  const graph = withDependencies(setup, id, more);
  if (graph === undefined) return undefined;
  const world = await openSite(onlyWith(withGraph(setup, graph), [id]), seed, () => {});
  await makePass(world);
  return resultsOf(world).find((one) => one.id === id);
}

function withGraph(setup: TestSetup, graph: Graph): TestSetup {
  return { ...setup, desired: { ...setup.desired, graph } };
}

/** The graph with further dependencies of one resource; `undefined` where they would close a circle. */
function withDependencies(
  { kinds, desired }: TestSetup,
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

function isDone(status: Result["status"]): boolean {
  return status === "ok" || status === "changed" || status === "noop";
}

function isFailure({ status }: Result): boolean {
  return status === "failed" || status === "unknown";
}
