import { type Change, ownedPaths, type ResourceId } from "@holdfast/core";
import type { Fact } from "../machine/fact.ts";
import type { World } from "../machine/world.ts";
import { fewestOf, onlyWith } from "./part-of-setup.ts";
import { resultsOf } from "./pass-results.ts";
import type { Finding, Stage } from "./run.ts";
import { makePass, openSite } from "./site.ts";

/** Mistakes that are reported at once; who repairs so many tests again. */
const MOST_FIGHTS = 10;

/**
 * Why a second pass changes resources again: each with those that undo it. Two that undo each other are reported once. Found
 * by trying: whoever works on the same paths may be innocent.
 */
export async function fightsOf(
  stage: Stage,
  victims: readonly ResourceId[],
): Promise<readonly Finding[]> {
  const findings = new Map<string, Finding>();
  for (const id of victims) {
    if (findings.size >= MOST_FIGHTS) break;
    const breakers = await breakersOf(stage, id);
    const key = [id, ...breakers].toSorted().join("\n");
    if (findings.has(key)) continue;
    const again = await changedAgain(stage, [id, ...breakers]);
    findings.set(key, findingOf(id, breakers, again.get(id) ?? []));
  }
  return [...findings.values()];
}

function findingOf(
  id: ResourceId,
  breakers: readonly ResourceId[],
  changes: readonly Change[],
): Finding {
  const fields = changes.map(({ path }) => path).join(", ");
  if (breakers.length === 0) {
    const remedy = "Check what it is compared with: nothing else that is declared touches it.";
    return { about: [id], what: `the second run changes it again (${fields})`, remedy };
  }
  const names = breakers.join(" and ");
  const are = breakers.length === 1 ? "is" : "are";
  return {
    about: [id, ...breakers],
    what: `it and ${names} fight: whenever ${names} ${are} made, ${id} is no longer as declared (${fields})`,
    remedy: `Let only one of them decide about ${fields}.`,
  };
}

/**
 * The fewest resources that make a second pass change this one: one that works on its paths where one is enough. None where
 * it changes by itself.
 */
async function breakersOf(stage: Stage, id: ResourceId): Promise<readonly ResourceId[]> {
  const { graph } = stage.setup.desired;
  const isBrokenBy = async (others: readonly ResourceId[]): Promise<boolean> =>
    (await changedAgain(stage, [id, ...others])).has(id);
  const alone = await changedAgain(stage, [id]);
  // What it depends on is there in any case; of two that undo each other both change.
  if (alone.has(id)) return [...alone.keys()].filter((one) => one !== id).slice(0, 1);
  for (const one of await touchersOf(stage, id)) if (await isBrokenBy([one])) return [one];
  const others = graph.resources.map((one) => one.id).filter((one) => one !== id);
  return fewestOf(graph, others, isBrokenBy);
}

/** What the second of two passes over some resources, and all that they depend on, changes. */
async function changedAgain(
  { setup, seed }: Stage,
  ids: readonly ResourceId[],
): Promise<ReadonlyMap<ResourceId, readonly Change[]>> {
  const world = await openSite(onlyWith(setup, ids), seed, () => {});
  await makePass(world);
  world.reap();
  await makePass(world);
  const changed = resultsOf(world).filter(({ status }) => status === "changed");
  return new Map(changed.map(({ id, changes }) => [id, changes]));
}

/** The resources that work on what belongs to this one after it was made. */
async function touchersOf(stage: Stage, id: ResourceId): Promise<readonly ResourceId[]> {
  const touchers = new Set<ResourceId>();
  const site: { world?: World } = {};
  let own: string | undefined;
  const watch = (fact: Fact): void => {
    if (site.world === undefined || !isEndOfWork(fact)) return;
    const now = seemsLike(stage, site.world, id);
    const [by] = fact.call.ids;
    if (by === id) own = now;
    else if (by !== undefined && own !== undefined && now !== own) {
      touchers.add(by);
      own = now;
    }
  };
  site.world = await openSite(stage.setup, stage.seed, watch);
  await makePass(site.world);
  site.world.reap();
  await makePass(site.world);
  return [...touchers];
}

/** The resources that write a path in an undisturbed first run. */
export async function writersOf(stage: Stage, path: string): Promise<readonly ResourceId[]> {
  const writers = new Set<ResourceId>();
  const site: { world?: World } = {};
  let before = "";
  const watch = (fact: Fact): void => {
    if (site.world === undefined || !isEndOfWork(fact)) return;
    const [by] = fact.call.ids;
    const now = site.world.kernel.inspect.tree(path).join("\n");
    if (by !== undefined && now !== before) writers.add(by);
    before = now;
  };
  site.world = await openSite(stage.setup, stage.seed, watch);
  await makePass(site.world);
  return [...writers];
}

/** Observations end while others work, and change nothing. */
function isEndOfWork(fact: Fact): fact is Extract<Fact, { readonly type: "ends" }> {
  return fact.type === "ends" && (fact.call.verb === "apply" || fact.call.verb === "refresh");
}

function seemsLike({ setup }: Stage, world: World, id: ResourceId): string {
  const resource = world.resource(id);
  if (resource === undefined) return "";
  const paths = ownedPaths(setup.kinds, resource);
  return paths.flatMap(({ path }) => world.kernel.inspect.tree(path)).join("\n");
}
