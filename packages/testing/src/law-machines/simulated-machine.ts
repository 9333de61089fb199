import type { Random } from "@holdfast/core";
import { simulatedActor } from "../operations/simulated-actor.ts";
import { simulatedUnitActor } from "../operations/simulated-unit-actor.ts";
import { changeSimulatedPackage, simulatedPackageLines } from "../operations/simulated-packages.ts";
import { seededRandom } from "../seeded-random.ts";
import { createSimulatedKernel, type SimulatedKernel } from "../simulated-host/kernel/kernel.ts";
import { PackageModel } from "../simulated-host/package-model.ts";
import type { OfferedPackage } from "../simulated-host/package-resolution.ts";
import type { Programs } from "../simulated-host/simulated-commands.ts";
import { createSimulatedHost } from "../simulated-host/simulated-host.ts";
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
}

/** A hint comes within this, in virtual time. */
const HINT_MS = 200;
/** A fresh simulated machine with the user and group `app` (1000). */
export function openSimulatedMachine(options: SimulatedMachineOptions = {}): MortalMachine {
  const packages = new PackageModel();
  packages.published.push(...(options.packages ?? []));
  packages.lists = [...packages.published];
  return machineOn(createSimulatedKernel(), { oneShots: new OneShotKeys(), packages }, options);
}

/** What outlives the agent, besides the disk. */
interface LastingParts {
  readonly oneShots: OneShotKeys;
  readonly packages: PackageModel;
}

function machineOn(
  kernel: SimulatedKernel,
  { oneShots, packages }: LastingParts,
  options: SimulatedMachineOptions,
): MortalMachine {
  const gate = new CallGate();
  const clock = new VirtualClock();
  const accounts = { app: 1000 };
  const gated = { ...kernel, callsAs: () => gatedCalls(kernel.calls, gate) };
  const { programs = {}, downloads = {} } = options;
  const simulated = createSimulatedHost({
    programs,
    downloads,
    clock,
    kernel: gated,
    packages,
    users: accounts,
    groups: accounts,
  });
  const { files, hash, paths, certificates } = simulated;
  // What its port does with files is the affair of the port's own laws: here a call of it is one call.
  const { services } = createSimulatedHost({ clock, kernel });
  const { systemd } = services;
  const finish = <T>(work: Promise<T>): Promise<T> => finishOn(clock, work);
  return {
    host: {
      files,
      hash,
      paths,
      certificates,
      ...gatedPorts({ ...simulated, services }, gate),
      oneShots: oneShots.through(gate),
    },
    gate,
    actor: { ...simulatedActor(kernel), units: simulatedUnitActor(systemd) },
    changePackage: (operation) => changeSimulatedPackage(packages, operation),
    oneShots,
    tree: () => [
      ...kernel.inspect.tree(),
      ...unitLines(systemd.activeUnits()),
      ...simulatedPackageLines(packages),
    ],
    finish,
    async settle() {
      await finish(Promise.resolve(files[Symbol.asyncDispose]()));
      await finish(new Promise<void>((resolve) => clock.schedule(HINT_MS, resolve)));
    },
    until: (isSo) => clock.runUntil(isSo, HINT_MS),
    sleep: (delayMs) => new Promise((resolve) => clock.schedule(delayMs, resolve)),
    reboot(surviving) {
      const lasting = { oneShots: oneShots.copy(), packages: packages.copy() };
      return machineOn(kernel.crash(luckOf(surviving)), lasting, options);
    },
    async [Symbol.asyncDispose]() {
      // Each test has its own memory; nothing is held.
    },
  };
}

function luckOf(surviving: Surviving): Random | undefined {
  if (surviving === "synced") return undefined;
  if (surviving !== "everything") return seededRandom(surviving.seed);
  // Below a half a change is kept; from a quarter on it is kept whole.
  return { next: () => 0.3, hex: (bytes) => "0".repeat(2 * bytes) };
}
