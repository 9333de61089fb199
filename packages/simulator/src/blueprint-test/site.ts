import type { AnyKind, Facts, Graph, ResourceId, ResourceStatus } from "@holdfast/core";
import {
  ContainerModel,
  createSimulatedHost,
  FirewallModel,
  NetworkModel,
  PackageModel,
  type SimulatedKernel,
  SimulatedSystemd,
  SystemModel,
} from "@holdfast/testing";
import type { Desired } from "../machine/desired.ts";
import type { Fact } from "../machine/fact.ts";
import { World } from "../machine/world.ts";
import type { Assumptions } from "./assumptions.ts";
import { bring, makeFreshMachine } from "./given/fresh-machine.ts";
import type { Given } from "./given/given.ts";
import { makeDataOf } from "./given/system-data.ts";
import { resultsOf } from "./pass-results.ts";
import { siteCommands } from "./site-commands.ts";

/** What every run of a test begins with. */
export interface TestSetup {
  readonly kinds: readonly AnyKind[];
  readonly desired: Desired;
  readonly assumptions: Assumptions;
  /** Paths that are on the machine before anything is declared; a directory ends in a slash. */
  readonly exists: readonly string[];
  readonly given: Given;
  /** Default: those of a simulated machine. */
  readonly facts?: Facts;
}

/** Longest that a run waits for what should come by itself: a retry at the cap, and a resync. */
const PATIENCE_MS = 15 * 60_000;
/** Longest pass: commands that are tried again with pauses between. */
const PASS_MS = 86_400_000;

/** What runs the units on the disk of one kernel, and what it filters with. */
interface Running {
  readonly kernel: SimulatedKernel;
  readonly systemd: SimulatedSystemd;
  readonly containers: ContainerModel;
  readonly firewall: FirewallModel;
  readonly network: NetworkModel;
}

/** More boots than that are a loop. */
const MOST_BOOTS = 20;

/** A fresh simulated machine, and an agent that gets what the user declared. */
export async function openSite(
  { kinds, desired, assumptions, exists, given, facts }: TestSetup,
  seed: number,
  hear: (fact: Fact) => void,
): Promise<World> {
  const done = new Set<string>();
  const packages = packagesOf(given, () => world.kernel);
  let running: Running | undefined;
  const system = new SystemModel();
  system.bootsAtOnce = true;
  const host: World["options"]["host"] = (parts) => {
    const { kernel } = parts;
    // What runs goes on when the agent ends; a machine that lost its power has another kernel.
    if (running?.kernel !== kernel) {
      if (running !== undefined) system.comeUp();
      const containers = running?.containers.bootAgain() ?? containersOf(given);
      const systemd = new SimulatedSystemd({ kernel, clock: world.clock });
      const network = running?.network.bootAgain() ?? new NetworkModel();
      running = { kernel, systemd, containers, firewall: new FirewallModel(), network };
    }
    const { systemd, containers, firewall, network } = running;
    const lasting = { systemd, firewall, network, system, packages, containers };
    return {
      ...createSimulatedHost({ ...parts, ...lasting, ...(facts && { facts }) }),
      commands: siteCommands(kernel, assumptions, done),
    };
  };
  const world = new World({ seed, mode: "enforce", numbers: {}, kinds, host }, hear);
  makeFreshMachine(world.kernel, { exists, given });
  makeDataOf(desired.graph, world.kernel);
  await world.take(desired);
  return world;
}

/** Makes one pass to its end; one that makes the machine boot goes on after the boot. */
export async function makePass(world: World): Promise<void> {
  for (let boots = 0; boots <= MOST_BOOTS; boots++) {
    await world.boot("converge");
    await world.clock.runUntil(() => world.process?.report !== undefined, PASS_MS);
    const isBooting = resultsOf(world).some(({ fault }) => fault?.reason === "RebootPending");
    if (!isBooting) return;
    world.reap();
  }
}

/** Starts the agent, unless it is running, and lets time pass until all is settled. */
export async function settle(world: World): Promise<boolean> {
  if (world.process?.report !== undefined) world.reap();
  if (world.process === undefined) await world.boot();
  const isSettled = (): boolean => world.process !== undefined && unsettled(world).length === 0;
  return await world.clock.runUntil(isSettled, PATIENCE_MS);
}

/** Everything is observed again, and repaired where it must be. */
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

/** The packages of a machine: its sources offer what is declared, and what is installed brings its files. */
function packagesOf({ offers, brought }: Given, kernel: () => SimulatedKernel): PackageModel {
  const model = new PackageModel();
  model.published.push(...offers);
  model.lists = [...offers];
  const here = new Set<string>();
  model.listen(() => {
    for (const [name, what] of brought) {
      const isHere = model.installed.get(model.keyOf(name))?.state.type === "installed";
      if (isHere && !here.has(name)) bring(kernel(), what);
      if (isHere) here.add(name);
      else here.delete(name);
    }
  });
  return model;
}

/** An engine that has nothing but the networks that nobody declares; every image can be pulled. */
function containersOf({ images, networks }: Given): ContainerModel {
  const model = new ContainerModel();
  for (const [position, reference] of images.entries()) {
    const digest = `sha256:${String(position + 1).padStart(64, "0")}`;
    model.registry.set(reference, { id: digest, digests: [digest] });
  }
  const plain = { driver: "bridge", isInternal: false, hasIpv6: false, options: {}, labels: {} };
  for (const name of networks) model.networks.set(name, { ...plain, subnets: [] });
  return model;
}
