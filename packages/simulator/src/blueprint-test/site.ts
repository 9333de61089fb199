import type { AnyKind, Graph, ResourceId, ResourceStatus } from "@holdfast/core";
import { createSimulatedHost, type SimulatedKernel, SimulatedSystemd } from "@holdfast/testing";
import type { Desired } from "../machine/desired.ts";
import type { Fact } from "../machine/fact.ts";
import { World } from "../machine/world.ts";
import { accountsIn, type Assumptions } from "./assumptions.ts";
import { makeFreshMachine } from "./fresh-machine.ts";
import { grantedFor, grantFiles } from "./granted.ts";
import { siteCommands } from "./site-commands.ts";

/** What every life of a trial begins with. */
export interface Rehearsal {
  readonly kinds: readonly AnyKind[];
  readonly desired: Desired;
  readonly assumptions: Assumptions;
  /** Paths that are on the machine before anything is declared; a directory ends in a slash. */
  readonly exists: readonly string[];
}

/** Longest that a life waits for what should come by itself: a retry at the cap, and a resync. */
const PATIENCE_MS = 15 * 60_000;
/** Longest pass: commands that are tried again with pauses between. */
const PASS_MS = 86_400_000;

/** What runs the units on the disk of one kernel. */
interface Running {
  readonly kernel: SimulatedKernel;
  readonly systemd: SimulatedSystemd;
}

/** A fresh simulated machine, and an agent that is told what the user declared. */
export async function openSite(
  { kinds, desired, assumptions, exists }: Rehearsal,
  seed: number,
  hear: (fact: Fact) => void,
): Promise<World> {
  const done = new Set<string>();
  const users = numbered(accountsIn(desired.graph, ["owner", "user"]));
  const groups = numbered(accountsIn(desired.graph, ["group"]));
  const granted = grantedFor(desired.graph, assumptions);
  let running: Running | undefined;
  const host: World["options"]["host"] = (parts) => {
    const { kernel } = parts;
    // What runs goes on when the agent ends; a machine that lost its power has another kernel.
    if (running?.kernel !== kernel) {
      running = { kernel, systemd: new SimulatedSystemd({ kernel, clock: world.clock }) };
    }
    const { systemd } = running;
    return {
      ...createSimulatedHost({
        ...parts,
        systemd,
        packages: granted.packages,
        users,
        groups: { ...users, ...groups },
      }),
      commands: siteCommands(kernel, assumptions, done),
    };
  };
  const world = new World({ seed, mode: "enforce", numbers: {}, kinds, host }, hear);
  makeFreshMachine(world.kernel, exists);
  grantFiles(granted, world.kernel);
  await world.take(desired);
  return world;
}

/** Makes one pass to its end. */
export async function makePass(world: World): Promise<void> {
  await world.boot("converge");
  await world.clock.runUntil(() => world.process?.report !== undefined, PASS_MS);
}

/** Starts the agent, unless it is running, and lets time pass until all is settled. */
export async function settle(world: World): Promise<boolean> {
  if (world.process?.report !== undefined) world.reap();
  if (world.process === undefined) await world.boot();
  const isSettled = (): boolean => world.process !== undefined && unsettled(world).length === 0;
  return await world.clock.runUntil(isSettled, PATIENCE_MS);
}

/** Everything is looked at again, and put right where it must be. */
export async function observeAgain(world: World): Promise<boolean> {
  world.process?.engine.hintAll("operator");
  await world.advance(0);
  return await settle(world);
}

/** Resources that are not yet as declared, by what is known of them. */
export function unsettled(world: World): readonly ResourceId[] {
  return (world.graph?.resources ?? [])
    .filter(({ id, meta }) => {
      const status = world.process?.status(id);
      if (status === undefined) return true;
      if (status.type === "Drifted") return meta.noop !== true;
      return status.type !== "Ready" && !isInDoubt(world, status);
    })
    .map(({ id }) => id);
}

/** A one-shot that was cut off waits for a person, and so does what depends on it. */
export function isInDoubt(world: World, status: ResourceStatus): boolean {
  if ("fault" in status && status.fault.reason === "OutcomeUnknown") return true;
  return status.type === "Blocked" && world.isInDoubt(status.by);
}

/** Whether some one-shot waits for a person. */
export function hasDoubt(world: World, { resources }: Graph): boolean {
  return resources.some(({ id }) => world.isInDoubt(id));
}

function numbered(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name, at) => [name, name === "app" ? 1_000 : 1_001 + at]));
}
