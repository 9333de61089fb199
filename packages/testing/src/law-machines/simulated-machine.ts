import type { Random } from "@holdfast/core";
import { simulatedActor } from "../operations/simulated-actor.ts";
import { seededRandom } from "../seeded-random.ts";
import { createSimulatedKernel, type SimulatedKernel } from "../simulated-host/kernel/kernel.ts";
import type { Behaviour } from "../simulated-host/simulated-commands.ts";
import { createSimulatedHost } from "../simulated-host/simulated-host.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { CallGate } from "./call-gate.ts";
import { finishOn } from "./finish-on.ts";
import { gatedCalls } from "./gated-calls.ts";
import { gatedPorts } from "./gated-ports.ts";
import type { MortalMachine, Surviving } from "./law-machine.ts";
import { OneShotKeys } from "./one-shot-keys.ts";

/** What is on a simulated machine besides its disk. */
export interface SimulatedMachineOptions {
  /** Programs by name or command line. */
  readonly programs?: Readonly<Record<string, Behaviour>>;
  /** Bodies by URL. */
  readonly downloads?: Readonly<Record<string, string>>;
}

/** A fresh simulated machine with the user and group `app` (1000). */
export function openSimulatedMachine(options: SimulatedMachineOptions = {}): MortalMachine {
  return machineOn(createSimulatedKernel(), new OneShotKeys(), options);
}

function machineOn(
  kernel: SimulatedKernel,
  oneShots: OneShotKeys,
  options: SimulatedMachineOptions,
): MortalMachine {
  const gate = new CallGate();
  const clock = new VirtualClock();
  const accounts = { app: 1000 };
  const gated = { ...kernel, callsAs: () => gatedCalls(kernel.calls, gate) };
  const simulated = createSimulatedHost({
    ...options,
    clock,
    kernel: gated,
    users: accounts,
    groups: accounts,
  });
  const { files, hash, paths } = simulated;
  const finish = <T>(work: Promise<T>): Promise<T> => finishOn(clock, work);
  return {
    host: { files, hash, paths, ...gatedPorts(simulated, gate), oneShots: oneShots.through(gate) },
    gate,
    actor: simulatedActor(kernel),
    oneShots,
    tree: () => kernel.inspect.tree(),
    finish,
    async settle() {
      await finish(Promise.resolve(files[Symbol.asyncDispose]()));
      await clock.settle();
    },
    async until(isSo) {
      await clock.settle();
      return isSo();
    },
    sleep: (delayMs) => new Promise((resolve) => clock.schedule(delayMs, resolve)),
    reboot: (surviving) => machineOn(kernel.crash(luckOf(surviving)), oneShots.copy(), options),
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
