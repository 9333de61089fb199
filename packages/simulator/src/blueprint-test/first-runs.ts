import type { Result } from "@holdfast/core";
import type { World } from "../machine/world.ts";
import { type Finding, live, type Problem, type Stage } from "./run.ts";
import { eachAlone } from "./missing-dependency.ts";
import { faultOf, resultsOf } from "./pass-results.ts";
import { breakersOf } from "./fights.ts";
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

/** A pass on a fresh machine makes everything; a second one finds nothing to do. */
export async function firstRuns(stage: Stage): Promise<FirstRuns> {
  let tree: readonly string[] = [];
  let calls = 0;
  let mutations = 0;
  const problems: Problem[] = [];
  const first = await live(stage, FIRST, async (world, tell) => {
    tell("a fresh machine");
    const before = world.kernel.callLog.length;
    await makePass(world);
    tree = world.kernel.inspect.tree();
    calls = world.kernel.injection.calls;
    mutations = world.kernel.callLog.length - before;
    return explainFailure(world);
  });
  // What one resource needs explains more than what the whole came to.
  problems.push(...(await eachAlone(stage)));
  if (first !== undefined && problems.length === 0) problems.push(first);
  if (problems.length === 0) {
    const second = await live(stage, SECOND, (world, tell) => runTwice(stage, world, tell));
    if (second !== undefined) problems.push(second);
  }
  return { problems, tree, calls, mutations };
}

function explainFailure(world: World): Finding | undefined {
  const failed = resultsOf(world).find(({ status }) => status === "failed" || status === "unknown");
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

async function runTwice(
  stage: Stage,
  world: World,
  tell: (words: string) => void,
): Promise<Finding | undefined> {
  await makePass(world);
  world.reap();
  const writes = world.disk.writes;
  tell("the second run");
  await makePass(world);
  const changed = resultsOf(world).filter(({ status }) => status !== "ok" && status !== "noop");
  const [first] = changed;
  if (first === undefined) {
    if (world.disk.writes === writes) return undefined;
    return { about: [], what: "the second run writes something", remedy: "Please report this." };
  }
  const breakers = await breakersOf(stage, first.id);
  const fields = first.changes.map(({ path }) => path).join(", ");
  const [breaker] = breakers;
  if (breaker === undefined)
    return {
      about: [first.id],
      what: `the second run changes it again (${fields})`,
      remedy: "Check what it is compared with: nothing else that is declared touches it.",
    };
  return {
    about: [first.id, breaker],
    what: `it and ${breaker} fight: whenever ${breaker} is made, ${first.id} is no longer as declared (${fields})`,
    remedy: `Let only one of them decide about ${fields}.`,
  };
}
