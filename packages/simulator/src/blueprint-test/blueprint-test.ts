import { type AnyKind, type Facts, type ResourceId, resourceId } from "@holdfast/core";
import { loadPatterns } from "@holdfast/resources";
import type { Desired } from "../machine/desired.ts";
import { Assumptions } from "./assumptions.ts";
import { Coverage, type ResourceCoverage } from "./coverage.ts";
import { firstRuns } from "./first-runs.ts";
import { givenIn, wordsOf } from "./given/given.ts";
import type { Problem, Stage } from "./run.ts";
import {
  failEachCall,
  liveAtRandom,
  losePowerAtEach,
  type Proved,
  tamperWithEach,
} from "./disturbed-runs.ts";
import { withStandIns } from "./network-content.ts";
import { upgradeFrom } from "./upgrade.ts";

/** What is tested. */
export interface TestOptions {
  readonly kinds: readonly AnyKind[];
  readonly desired: Desired;
  /** What machines were made by before. Default: nothing. */
  readonly old?: Desired;
  /** Paths that are on every machine before anything is declared; a directory ends in a slash. Default: none. */
  readonly exists?: readonly string[];
  /** What templates may name. Default: those of a small Debian 12. */
  readonly facts?: Facts;
  /** Default 1. */
  readonly seed?: number;
  /** Random runs, and at most as many for each other part. Default 300. */
  readonly runs?: number;
  /** Called before each run with its part, and the number of runs before it. Default: nothing is called. */
  readonly progress?: (part: string, runs: number) => void;
}

/** One part of a test: how many runs it was proved by. */
export interface ProvedPart {
  readonly part: string;
  readonly runs: number;
  readonly isProved: boolean;
}

/** The result of a test. */
export interface BlueprintTest {
  readonly parts: readonly ProvedPart[];
  readonly problems: readonly Problem[];
  readonly coverage: readonly ResourceCoverage[];
  /** What the simulated machine does not know, by resource: its command was taken to do what its guards ask for. */
  readonly assumed: ReadonlyMap<ResourceId, string>;
  /** Paths of the old manifest that nobody declares any more. */
  readonly leftBehind: readonly string[];
  readonly runs: number;
}

const DEFAULT_RUNS = 300;

/**
 * Runs of a user's own manifest on simulated machines: the first run, the second, tampering with each resource, each
 * call failing, power lost anywhere, an upgrade, and random runs. The same seed gives the same runs.
 */
export async function tryManifest(options: TestOptions): Promise<BlueprintTest> {
  const {
    kinds,
    desired,
    old,
    exists = [],
    facts,
    seed = 1,
    runs = DEFAULT_RUNS,
    progress = () => {},
  } = options;
  await loadPatterns();
  const graphs = old === undefined ? [desired.graph] : [old.graph, desired.graph];
  const assumptions = new Assumptions(graphs);
  const coverage = new Coverage(desired.graph);
  const complete = withStandIns(desired, kinds, assumptions);
  const given = givenIn(graphs, kinds);
  for (const [name, brought] of given.brought) {
    const words = wordsOf(brought);
    if (words !== undefined) assumptions.assume(resourceId("package", name), words);
  }
  const base = { kinds, desired: complete, assumptions, exists, given };
  const setup = facts === undefined ? base : { ...base, facts };
  const stage: Stage = { setup, coverage, seed, progress };
  const parts: ProvedPart[] = [];
  const problems: Problem[] = [];
  const add = (part: string, proved: Proved): void => {
    parts.push({ part, runs: proved.runs, isProved: proved.problems.length === 0 });
    problems.push(...proved.problems);
  };
  const first = await firstRuns(stage);
  add("a first run makes everything, a second one finds nothing to do", { ...first, runs: 2 });
  let leftBehind: readonly string[] = [];
  // What does not work on a quiet machine need not be tried on a troubled one.
  if (first.problems.length === 0) {
    if (old !== undefined) {
      const upgraded = await upgradeFrom(stage, withStandIns(old, kinds, assumptions), first.tree);
      add("a machine of the old manifest is upgraded", upgraded);
      leftBehind = upgraded.leftBehind;
    }
    add("what others do to it is put right", await tamperWithEach(stage));
    add("whichever call fails, it converges", await failEachCall(stage, first.calls, runs));
    add("power may be lost anywhere", await losePowerAtEach(stage, first, runs));
    add("random runs", await liveAtRandom(stage, runs));
  }
  const { resources } = coverage;
  return {
    parts,
    problems,
    coverage: resources,
    assumed: assumptions.made,
    leftBehind,
    runs: coverage.runs,
  };
}
