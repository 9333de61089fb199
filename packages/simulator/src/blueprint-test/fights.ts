import { ownedPaths, type ResourceId } from "@holdfast/core";
import type { Fact } from "../machine/fact.ts";
import type { World } from "../machine/world.ts";
import type { Stage } from "./run.ts";
import { makePass, openSite } from "./site.ts";

/** The resources that change what belongs to this one after it was made, found by making everything once more. */
export async function breakersOf(stage: Stage, id: ResourceId): Promise<readonly ResourceId[]> {
  const breakers = new Set<ResourceId>();
  const site: { world?: World } = {};
  let own: string | undefined;
  const watch = (fact: Fact): void => {
    if (site.world === undefined || fact.type !== "ends") return;
    const now = seemsLike(stage, site.world, id);
    const [by] = fact.call.ids;
    if (by === id) own = now;
    else if (by !== undefined && own !== undefined && now !== own) {
      breakers.add(by);
      own = undefined;
    }
  };
  site.world = await openSite(stage.setup, stage.seed, watch);
  await makePass(site.world);
  site.world.reap();
  await makePass(site.world);
  return [...breakers];
}

function seemsLike({ setup }: Stage, world: World, id: ResourceId): string {
  const resource = world.resource(id);
  if (resource === undefined) return "";
  const paths = ownedPaths(setup.kinds, resource);
  return paths.flatMap(({ path }) => world.kernel.inspect.tree(path)).join("\n");
}
