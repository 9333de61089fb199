import type { Desired } from "../machine/desired.ts";
import { faultOf, resultsOf } from "./pass-results.ts";
import { live, type Stage } from "./run.ts";
import { makePass } from "./site.ts";
import type { Proved } from "./disturbed-runs.ts";

/** What an upgrade came to. */
export interface Upgrade extends Proved {
  /** Paths that the old manifest made and that neither it nor anybody else would be asked about any more. */
  readonly leftBehind: readonly string[];
}

/** A machine that was made by an older manifest becomes what the new one says. */
export async function upgradeFrom(
  stage: Stage,
  old: Desired,
  tree: readonly string[],
): Promise<Upgrade> {
  let leftBehind: readonly string[] = [];
  const before = { ...stage, setup: { ...stage.setup, desired: old } };
  const problem = await live(before, "upgrade", async (world, tell) => {
    tell("a machine as the old manifest makes it");
    await makePass(world);
    world.reap();
    tell("the new manifest");
    await world.take(stage.setup.desired);
    await makePass(world);
    const failed = resultsOf(world).find(({ fault }) => fault !== undefined);
    const paths = new Set(tree.map(pathOf));
    leftBehind = world.kernel.inspect
      .tree()
      .map(pathOf)
      .filter((path) => !paths.has(path));
    if (failed === undefined) return undefined;
    return {
      about: [failed.id],
      what: `it cannot be made where the old manifest was: ${faultOf(failed)}`,
      remedy: failed.fault?.resolution ?? "Read the story.",
    };
  });
  return { runs: 1, problems: problem === undefined ? [] : [problem], leftBehind };
}

function pathOf(line: string): string {
  return line.slice(0, line.indexOf(" "));
}
