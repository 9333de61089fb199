import { describe } from "node:test";
import { packageLaws } from "../package-laws/package-laws.ts";
import { type PackageSubject, UNIVERSE } from "../package-laws/package-subject.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { PackageModel } from "./package-model.ts";
import { simulatedPackages } from "./simulated-packages.ts";
import { simulatedPackageActor } from "../package-laws/simulated-package-actor.ts";

/** Longer than a hint is held together, or a step takes. */
const SETTLE_MS = 2_000;

describe("simulated packages", () => {
  packageLaws({ machine: "the simulated machine", requests: 100 }, async () => open());
});

function open(): PackageSubject {
  const clock = new VirtualClock();
  const model = new PackageModel();
  model.published.push(...UNIVERSE);
  model.lists = [...UNIVERSE];
  return {
    packages: simulatedPackages(model, clock),
    actor: simulatedPackageActor(model),
    finish: (work) => clock.finish(work),
    async until(isSo) {
      return clock.runUntil(isSo, SETTLE_MS);
    },
    settle: () => clock.advance(SETTLE_MS),
    async [Symbol.asyncDispose]() {
      // Each law has a memory of its own; nothing is held.
    },
  };
}
