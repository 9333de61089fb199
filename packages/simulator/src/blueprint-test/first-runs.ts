import type { ResourceId, Result } from "@holdfast/core";
import type { World } from "../machine/world.ts";
import { type Finding, live, type Problem, type Stage } from "./run.ts";
import { eachAlone } from "./missing-dependency.ts";
import { faultOf, resultsOf } from "./pass-results.ts";
import { fightsOf } from "./fights.ts";
import { onlyWith, withDependents } from "./part-of-setup.ts";
import { makePass } from "./site.ts";

/** What two passes on a fresh machine came to. */
export interface FirstRuns {
  readonly problems: readonly Problem[];
  /** The disk after the first pass, one line for each path. */
  readonly tree: readonly string[];
  /** Calls that the first pass makes, and those of them that change the disk. */
  readonly calls: number;
  readonly mutations: number;
}

const FIRST = "first run";
const SECOND = "second run";

/**
 * A pass on a fresh machine makes everything; a second one finds nothing to do. What can be made is tried with a second
 * one also when something else cannot: one mistake does not hide another.
 */
export async function firstRuns(stage: Stage): Promise<FirstRuns> {
  let tree: readonly string[] = [];
  let calls = 0;
  let mutations = 0;
  const failed: ResourceId[] = [];
  const first = await live(stage, FIRST, async (world, tell) => {
    tell("a fresh machine");
    const before = world.kernel.callLog.length;
    await makePass(world);
    tree = world.kernel.inspect.tree();
    calls = world.kernel.injection.calls;
    mutations = world.kernel.callLog.length - before;
    failed.push(...resultsOf(world).flatMap((one) => (isFailure(one) ? [one.id] : [])));
    return explainFailure(world);
  });
  // What one resource needs explains more than what the whole came to.
  const alone = await eachAlone(stage);
  const problems = alone.length === 0 && first !== undefined ? [first] : alone;
  const wrong = [...failed, ...problems.flatMap(({ about }) => about.slice(0, 1))];
  const rest = without(stage, wrong);
  const second = rest.setup.desired.graph.resources.length === 0 ? [] : await secondRun(rest);
  return { problems: [...problems, ...second], tree, calls, mutations };
}

function without(stage: Stage, ids: readonly ResourceId[]): Stage {
  const { resources } = stage.setup.desired.graph;
  if (ids.length === 0) return stage;
  const gone = withDependents(stage.setup.desired.graph, ids);
  const kept = resources.flatMap(({ id }) => (gone.has(id) ? [] : [id]));
  return { ...stage, setup: onlyWith(stage.setup, kept) };
}

function isFailure({ status }: Result): boolean {
  return status === "failed" || status === "unknown";
}

function explainFailure(world: World): Finding | undefined {
  const failed = resultsOf(world).find(isFailure);
  return failed === undefined ? undefined : hopeless(failed);
}

/** What fails although each is made when it is alone. */
function hopeless(result: Result): Finding {
  return {
    about: [result.id],
    what: `it cannot be made on a fresh machine: ${faultOf(result)}`,
    remedy: result.fault?.resolution ?? "Read the story.",
  };
}

/** What a second pass changes again, with what undid it. */
async function secondRun(stage: Stage): Promise<readonly Problem[]> {
  const changed: ResourceId[] = [];
  const writing = await live(stage, SECOND, async (world, tell) => {
    const { ids, hasWritten } = await runTwice(world, tell);
    changed.push(...ids);
    if (ids.length > 0 || !hasWritten) return undefined;
    return { about: [], what: "the second run writes something", remedy: "Please report this." };
  });
  if (writing !== undefined) return [writing];
  const problems: Problem[] = [];
  for (const finding of await fightsOf(stage, changed)) {
    const problem = await live(stage, SECOND, async (world, tell) => {
      await runTwice(world, tell);
      return finding;
    });
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

async function runTwice(
  world: World,
  tell: (words: string) => void,
): Promise<{ readonly ids: readonly ResourceId[]; readonly hasWritten: boolean }> {
  await makePass(world);
  world.reap();
  const writes = world.disk.writes;
  tell("the second run");
  await makePass(world);
  const changed = resultsOf(world).filter(({ status }) => status !== "ok" && status !== "noop");
  return { ids: changed.map(({ id }) => id), hasWritten: world.disk.writes !== writes };
}
