import type { FaultData, Result } from "@holdfast/core";
import type { World } from "../machine/world.ts";
import { type Finding, live, type Problem, type Stage } from "./life.ts";
import { missingDependency } from "./missing-dependency.ts";
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
    return await explainFailure(stage, world);
  });
  if (first !== undefined) problems.push(first);
  if (first === undefined) {
    const second = await live(stage, SECOND, (world, tell) => runTwice(stage, world, tell));
    if (second !== undefined) problems.push(second);
  }
  return { problems, tree, calls, mutations };
}

async function explainFailure(stage: Stage, world: World): Promise<Finding | undefined> {
  const failed = resultsOf(world).find(({ status }) => status === "failed" || status === "unknown");
  if (failed === undefined) return undefined;
  const { id } = failed;
  world.reap();
  await makePass(world);
  const again = resultsOf(world).find((result) => result.id === id);
  const isMadeLater = again?.status === "changed" || again?.status === "ok";
  if (!isMadeLater) return hopeless(failed);
  const missing = await missingDependency(stage, id);
  const reason = `it fails on a fresh machine (${faultOf(failed)}), and a second run makes it`;
  if (missing === undefined) {
    const remedy = "Find what the second run has that the first had not, and depend on it.";
    return { about: [id], what: reason, remedy };
  }
  return {
    about: [id, missing],
    what: `${reason}: it needs ${missing}, and nothing says so`,
    remedy: `Add ${missing} to dependsOn of ${id}.`,
  };
}

/** It fails however often it is tried. */
function hopeless(result: Result): Finding {
  const { id, fault } = result;
  const isEndless = fault?.reason === "NotConverged" && id.startsWith("exec:");
  if (isEndless)
    return {
      about: [id],
      what: "its command runs at every pass: when it has run, its guard still says that it has to",
      remedy: "Make the guard (unless, onlyIf, creates) look for what the command makes.",
    };
  return {
    about: [id],
    what: `it cannot be made on a fresh machine: ${faultOf(result)}`,
    remedy: fault?.resolution ?? "Look at the story.",
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
      remedy: "Look at what it is compared with: nothing else that is declared touches it.",
    };
  return {
    about: [first.id, breaker],
    what: `it and ${breaker} fight: whenever ${breaker} is made, ${first.id} is no longer as declared (${fields})`,
    remedy: `Let only one of them decide about ${fields}.`,
  };
}

/** The results of the pass that is over. */
export function resultsOf(world: World): readonly Result[] {
  return world.process?.report?.results ?? [];
}

/** A fault in one line. */
export function faultOf({ fault }: { readonly fault?: FaultData }): string {
  return fault === undefined ? "no reason is known" : `${fault.reason}: ${fault.message}`;
}
