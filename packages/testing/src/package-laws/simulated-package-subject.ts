import { PackageModel } from "../simulated-host/package-model.ts";
import { simulatedPackages } from "../simulated-host/simulated-packages.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { type PackageSubject, UNIVERSE } from "./package-subject.ts";
import { simulatedPackageActor } from "./simulated-package-actor.ts";

/** Longer than a hint is held together, or a step takes. */
const SETTLE_MS = 2_000;

/** A simulated machine to try the laws of packages on. */
export function simulatedPackageSubject(): PackageSubject {
  const clock = new VirtualClock();
  const model = new PackageModel();
  model.published.push(...UNIVERSE);
  model.lists = [...UNIVERSE];
  return {
    packages: simulatedPackages(model, clock),
    actor: simulatedPackageActor(model),
    finish: (work) => clock.finish(work),
    until: (isSo) => clock.runUntil(isSo, SETTLE_MS),
    settle: () => clock.advance(SETTLE_MS),
    async [Symbol.asyncDispose]() {
      // Each law has a memory of its own; nothing is held.
    },
  };
}
