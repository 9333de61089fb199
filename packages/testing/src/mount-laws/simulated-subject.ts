import { simulatedActor } from "../operations/simulated-actor.ts";
import { simulatedMountActor } from "../operations/simulated-mount-actor.ts";
import { createSimulatedKernel } from "../simulated-host/kernel/kernel.ts";
import { createSimulatedHost } from "../simulated-host/simulated-host.ts";
import { VirtualClock } from "../virtual-clock.ts";
import type { MountSubject } from "./subject.ts";

const PID = 4711;
const HINT_MS = 5_000;

/** A simulated machine for the laws of mounts. */
export async function simulatedMountSubject(): Promise<MountSubject> {
  const clock = new VirtualClock();
  const kernel = createSimulatedKernel();
  const host = createSimulatedHost({ clock, kernel });
  const { system } = host.mounts;
  return {
    mounts: host.mounts,
    actor: { ...simulatedActor(kernel), mounts: simulatedMountActor(system) },
    onMachine: (path) => path,
    async use(directory) {
      system.holders.set(directory, { pid: PID, program: "cat" });
      return {
        pid: PID,
        async [Symbol.asyncDispose]() {
          system.holders.delete(directory);
        },
      };
    },
    finish: (work) => clock.finish(work),
    until: (isSo) => clock.runUntil(isSo, HINT_MS),
    [Symbol.asyncDispose]: async () => host[Symbol.asyncDispose](),
  };
}
