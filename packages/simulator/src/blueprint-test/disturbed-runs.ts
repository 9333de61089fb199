import { ownedPaths, type Resource } from "@holdfast/core";
import { carryOut, type Operation, seededRandom, simulatedActor } from "@holdfast/testing";
import { Draw } from "../history/draw.ts";
import type { World } from "../machine/world.ts";
import { writersOf } from "./fights.ts";
import { faultOf } from "./pass-results.ts";
import { type Finding, live, type Plot, type Problem, type Stage } from "./run.ts";
import { hasDoubt, observeAgain, makePass, settle, unsettled } from "./site.ts";

/** How many runs a part was proved by, and what was wrong. */
export interface Proved {
  readonly runs: number;
  readonly problems: readonly Problem[];
}

/** What somebody does to a resource, in words. */
interface Tampering {
  readonly resource: Resource;
  readonly words: string;
  readonly operation: Operation;
}

const TAMPERED = "tampered with\n";
const ERRNOS = ["EIO", "ENOSPC", "EACCES", "EROFS", "EMFILE"];
/** Between two operations: longer than a window, and long enough for a token of the limiter to come back. */
const PAUSE_MS = 20_000;

/** Everything that can be done to a resource from outside is put right. */
export async function tamperWithEach(stage: Stage): Promise<Proved> {
  const problems: Problem[] = [];
  let runs = 0;
  for (const resource of stage.setup.desired.graph.resources) {
    const ways = waysOf(stage, resource);
    if (ways.length === 0 || resource.meta.noop === true) continue;
    runs += ways.length;
    const problem = await live(stage, "tampering", async (world, tell) => {
      await settle(world);
      for (const way of ways) {
        tell(way.words);
        carryOut(way.operation, simulatedActor(world.kernel));
        await world.advance(PAUSE_MS);
        await settle(world);
        if (await observeAgain(world)) continue;
        return stuck(world, `after this it does not come back: ${way.words}`);
      }
      return undefined;
    });
    if (problem !== undefined) problems.push(problem);
  }
  return { runs, problems };
}

/** Whichever call of the first run fails, everything converges. */
export function failEachCall(stage: Stage, calls: number, most: number): Promise<Proved> {
  return eachOf(stage, { part: "a call that fails", count: calls, most }, (nth, draw) => {
    const errno = draw.one(ERRNOS);
    return async (world, tell) => {
      tell(`call ${nth + 1} fails with ${errno}`);
      world.kernel.injection.fail({ call: /./, nth: nth + 1 }, errno);
      await settle(world);
      world.relieve();
      if (await observeAgain(world)) return undefined;
      return stuck(world, `when one call fails with ${errno}, it does not come back`);
    };
  });
}

/** Wherever power is lost in the first run, the next start finishes it, and the machine is the same. */
export function losePowerAtEach(
  stage: Stage,
  { mutations, tree }: { readonly mutations: number; readonly tree: readonly string[] },
  most: number,
): Promise<Proved> {
  return eachOf(
    stage,
    { part: "loss of power", count: mutations, most },
    (nth) => async (world, tell) => {
      tell(`power is lost before change ${nth + 1} of the disk`);
      world.losePowerAfter(nth);
      await makePass(world);
      if (world.process?.report !== undefined) world.reap();
      if (!(await settle(world)))
        return stuck(world, "after a loss of power it does not come back");
      if (hasDoubt(world, stage.setup.desired.graph)) return undefined;
      return otherwise(stage, world, tree);
    },
  );
}

/** Random runs: tampering, failing calls, kills and losses of power, in any order. */
export function liveAtRandom(stage: Stage, runs: number): Promise<Proved> {
  const ways = stage.setup.desired.graph.resources.flatMap((one) => waysOf(stage, one));
  return eachOf(
    stage,
    { part: "random runs", count: runs, most: runs },
    (_, draw) => async (world, tell) => {
      for (let step = 0; step < 5; step++) {
        await disturb(world, draw, { ways, tell });
        await world.advance(draw.one([0, 300, 3_000, 30_000]));
        if (world.process?.report !== undefined) world.reap();
        if (world.process === undefined) await world.boot();
      }
      world.relieve();
      world.losePowerAfter(Number.POSITIVE_INFINITY);
      tell("all trouble ends");
      await settle(world);
      if (await observeAgain(world)) return undefined;
      return stuck(world, "after some trouble it does not come back");
    },
  );
}

async function disturb(
  world: World,
  draw: Draw,
  { ways, tell }: { readonly ways: readonly Tampering[]; readonly tell: (words: string) => void },
): Promise<void> {
  switch (draw.below(ways.length === 0 ? 3 : 6)) {
    case 0:
      tell("the agent is killed");
      return world.kill();
    case 1:
      tell("power will be lost");
      return world.losePowerAfter(draw.below(12));
    case 2: {
      const errno = draw.one(ERRNOS);
      tell(`a call fails with ${errno}`);
      return world.kernel.injection.fail({ call: /./, nth: draw.between(1, 20) }, errno);
    }
    default: {
      const way = draw.one(ways);
      tell(way.words);
      return carryOut(way.operation, simulatedActor(world.kernel));
    }
  }
}

/** As many runs as there are places, or as many of them, evenly spread, as may be. */
async function eachOf(
  stage: Stage,
  { part, count, most }: { readonly part: string; readonly count: number; readonly most: number },
  plotOf: (nth: number, draw: Draw) => Plot,
): Promise<Proved> {
  const runs = Math.min(count, most);
  for (let at = 0; at < runs; at++) {
    const nth = Math.floor((at * count) / runs);
    const seed = stage.seed * 100_000 + at;
    const plot: Plot = (world, tell) => plotOf(nth, new Draw(seededRandom(seed)))(world, tell);
    const problem = await live({ ...stage, seed }, part, plot);
    // One is enough: what breaks one run of a part breaks many.
    if (problem !== undefined) return { runs: at + 1, problems: [problem] };
  }
  return { runs, problems: [] };
}

function waysOf({ setup }: Stage, resource: Resource): readonly Tampering[] {
  return ownedPaths(setup.kinds, resource).flatMap(({ path, isWhole }) => {
    const operations = isWhole ? wholeOperations(resource, path) : partOperations(resource, path);
    return operations.map(([words, operation]) => ({
      resource,
      operation,
      words: `${words} ${path}`,
    }));
  });
}

function wholeOperations(
  { kind }: Resource,
  path: string,
): readonly (readonly [string, Operation])[] {
  const remove = ["somebody removes", { type: "remove", path }] as const;
  if (kind === "link")
    return [remove, ["somebody turns", { type: "symlink", path, target: "/elsewhere" }]];
  if (kind === "directory")
    return [remove, ["somebody closes", { type: "chmod", path, mode: 0o700 }]];
  return [
    ["somebody writes into", { type: "write", path, content: TAMPERED }],
    ["somebody replaces", { type: "replace", path, content: TAMPERED }],
    ["somebody opens", { type: "chmod", path, mode: 0o777 }],
    remove,
  ];
}

/** What is ours only in part is emptied: the rest of it is nobody's to restore. */
function partOperations(
  { kind }: Resource,
  path: string,
): readonly (readonly [string, Operation])[] {
  if (kind === "line") return [["somebody empties", { type: "write", path, content: "" }]];
  if (kind === "json-field")
    return [["somebody empties", { type: "write", path, content: "{}\n" }]];
  return [];
}

function stuck(world: World, what: string): Finding {
  const about = unsettled(world);
  const [first] = about;
  const status = first === undefined ? undefined : world.process?.status(first);
  const why = status !== undefined && "fault" in status ? faultOf(status) : (status?.type ?? "");
  const remedy =
    status !== undefined && "fault" in status ? status.fault.resolution : "Read the story.";
  return { about: about.slice(0, 3), what: `${what} (${why})`, remedy };
}

/** What is other than after an undisturbed first run. */
async function otherwise(
  stage: Stage,
  { kernel }: World,
  tree: readonly string[],
): Promise<Finding | undefined> {
  const now = kernel.inspect.tree();
  const expected = new Set(tree);
  const different =
    now.find((line) => !expected.has(line)) ?? tree.find((line) => !now.includes(line));
  if (different === undefined) return undefined;
  const path = different.slice(0, different.indexOf(" "));
  return {
    about: (await writersOf(stage, path)).slice(0, 3),
    what: `when power is lost in the middle, ${path} ends otherwise than in one go: ${short(different)}`,
    remedy: "Let commands do their work in a way that may be repeated, or guard each part of it.",
  };
}

function short(line: string): string {
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
