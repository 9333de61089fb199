import type { Random } from "@holdfast/core";
import type { Actor } from "../operations/actor.ts";
import { simulatedActor } from "../operations/simulated-actor.ts";
import {
  simulatedContainerActor,
  simulatedContainerLines,
} from "../operations/simulated-container-actor.ts";
import {
  simulatedFirewallActor,
  simulatedFirewallLines,
} from "../operations/firewall/simulated-firewall-actor.ts";
import { simulatedMountActor, simulatedMountLines } from "../operations/simulated-mount-actor.ts";
import { simulatedNetworkLines } from "../simulated-host/network/network-model.ts";
import { simulatedUnitActor } from "../operations/simulated-unit-actor.ts";
import { changeSimulatedPackage, simulatedPackageLines } from "../operations/simulated-packages.ts";
import { seededRandom } from "../seeded-random.ts";
import { createSimulatedKernel, type SimulatedKernel } from "../simulated-host/kernel/kernel.ts";
import { ContainerModel, type ModelImage } from "../simulated-host/containers/container-model.ts";
import { PackageModel } from "../simulated-host/package-model.ts";
import type { OfferedPackage } from "../simulated-host/package-resolution.ts";
import { SystemModel } from "../simulated-host/system/simulated-system.ts";
import type { Programs } from "../simulated-host/simulated-commands.ts";
import { createSimulatedHost, type SimulatedHost } from "../simulated-host/simulated-host.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { CallGate } from "./call-gate.ts";
import { finishOn } from "./finish-on.ts";
import { gatedCalls } from "./gated-calls.ts";
import { gatedPorts } from "./gated-ports.ts";
import type { MortalMachine, Surviving } from "./law-machine.ts";
import { OneShotKeys } from "./one-shot-keys.ts";
import { unitLines } from "./unit-lines.ts";

/** What is on a simulated machine besides its disk. */
export interface SimulatedMachineOptions {
  readonly programs?: Programs;
  /** Bodies by URL. */
  readonly downloads?: Readonly<Record<string, Uint8Array | string>>;
  /** What its sources have, and its lists too. Default: nothing. */
  readonly packages?: readonly OfferedPackage[];
  /** What its container engine has, by reference. Default: nothing. */
  readonly images?: Readonly<Record<string, ModelImage>>;
  /** What may be pulled, by reference. Default: nothing. */
  readonly registry?: Readonly<Record<string, ModelImage>>;
}

/** A hint comes within this, in virtual time. */
const HINT_MS = 200;
/** A fresh simulated machine with the user and group `app` (1000). */
export function openSimulatedMachine(options: SimulatedMachineOptions = {}): MortalMachine {
  const packages = new PackageModel();
  packages.published.push(...(options.packages ?? []));
  packages.lists = [...packages.published];
  const containers = new ContainerModel();
  const { images = {}, registry = {} } = options;
  for (const [name, image] of Object.entries(images)) containers.images.set(name, image);
  for (const [name, image] of Object.entries(registry)) containers.registry.set(name, image);
  const lasting = { oneShots: new OneShotKeys(), packages, containers, system: new SystemModel() };
  return machineOn(createSimulatedKernel(), lasting, options);
}

/** What outlives the agent, besides the disk. */
interface LastingParts {
  readonly oneShots: OneShotKeys;
  readonly packages: PackageModel;
  readonly containers: ContainerModel;
  readonly system: SystemModel;
}

function machineOn(
  kernel: SimulatedKernel,
  lasting: LastingParts,
  options: SimulatedMachineOptions,
): MortalMachine {
  const { oneShots, packages } = lasting;
  const gate = new CallGate();
  const clock = new VirtualClock();
  const simulated = hostBehind(gate, { kernel, clock, lasting, options });
  const { files, hash, paths, facts, certificates } = simulated;
  // What its port does with files is the affair of the port's own laws: here a call of it is one call.
  const { services, git, mounts } = createSimulatedHost({ clock, kernel });
  const { systemd } = services;
  const finish = <T>(work: Promise<T>): Promise<T> => finishOn(clock, work);
  return {
    host: {
      files,
      hash,
      paths,
      facts,
      certificates,
      ...gatedPorts({ ...simulated, services, git, mounts }, gate),
      oneShots: oneShots.through(gate),
    },
    gate,
    actor: actorOn(kernel, simulated),
    changePackage: (operation) => changeSimulatedPackage(packages, operation),
    oneShots,
    tree: () => [
      ...kernel.inspect.tree(),
      ...unitLines(systemd.activeUnits()),
      ...simulatedMountLines(mounts.system, kernel),
      ...simulatedFirewallLines(simulated.firewall.model),
      ...simulatedNetworkLines(simulated.network.model),
      ...simulatedPackageLines(packages),
      ...simulatedContainerLines(lasting.containers),
    ],
    finish,
    async settle() {
      await finish(Promise.resolve(files[Symbol.asyncDispose]()));
      await finish(new Promise<void>((resolve) => clock.schedule(HINT_MS, resolve)));
    },
    until: (isSo) => clock.runUntil(isSo, HINT_MS),
    sleep: (delayMs) => new Promise((resolve) => clock.schedule(delayMs, resolve)),
    reboot(surviving) {
      return machineOn(kernel.crash(luckOf(surviving)), afterBoot(lasting), options);
    },
    async [Symbol.asyncDispose]() {
      // Each test has its own memory; nothing is held.
    },
  };
}

interface HostParts {
  readonly kernel: SimulatedKernel;
  readonly clock: VirtualClock;
  readonly lasting: LastingParts;
  readonly options: SimulatedMachineOptions;
}

/** A host whose calls of the kernel go through the gate. */
function hostBehind(gate: CallGate, { kernel, clock, lasting, options }: HostParts): SimulatedHost {
  const { packages, containers, system } = lasting;
  const { programs = {}, downloads = {} } = options;
  const accounts = { app: 1000 };
  return createSimulatedHost({
    programs,
    downloads,
    clock,
    kernel: { ...kernel, callsAs: () => gatedCalls(kernel.calls, gate) },
    packages,
    containers,
    system,
    users: accounts,
    groups: accounts,
  });
}

function afterBoot({ oneShots, packages, containers, system }: LastingParts): LastingParts {
  return {
    oneShots: oneShots.copy(),
    packages: packages.copy(),
    containers: containers.bootAgain(),
    system: system.bootAgain(),
  };
}

function actorOn(
  kernel: SimulatedKernel,
  {
    services,
    mounts,
    firewall,
    network,
    containers,
  }: Pick<SimulatedHost, "services" | "mounts" | "firewall" | "network" | "containers">,
): Actor {
  const units = simulatedUnitActor(services.systemd);
  return {
    ...simulatedActor(kernel),
    units,
    mounts: simulatedMountActor(mounts.system),
    firewall: simulatedFirewallActor(firewall.model),
    network: network.model,
    containers: simulatedContainerActor(containers.model),
  };
}

function luckOf(surviving: Surviving): Random | undefined {
  if (surviving === "synced") return undefined;
  if (surviving !== "everything") return seededRandom(surviving.seed);
  // Below a half a change is kept; from a quarter on it is kept whole.
  return { next: () => 0.3, hex: (bytes) => "0".repeat(2 * bytes) };
}
