import { after, before, suite } from "node:test";
import {
  containerLaws,
  missingForPodman,
  openPodmanForLaws,
  type PodmanMachine,
  realContainerSubject,
} from "@holdfast/testing";

const missing = missingForPodman();

suite("containers of a real engine", { skip: missing ?? false }, () => {
  let podman: PodmanMachine;
  before(async () => {
    podman = await openPodmanForLaws();
  });
  after(async () => podman?.[Symbol.asyncDispose]());
  containerLaws({ machine: "Podman in namespaces of its own", numRuns: 3, rounds: 2 }, async () =>
    realContainerSubject(podman),
  );
});
