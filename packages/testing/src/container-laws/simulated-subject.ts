import { simulatedContainerActor } from "../operations/simulated-container-actor.ts";
import { ContainerModel } from "../simulated-host/containers/container-model.ts";
import { simulatedContainers } from "../simulated-host/containers/simulated-containers.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { type ContainerSubject, IMAGE, OTHER_IMAGE } from "./subject.ts";

const HINT_MS = 5_000;

/** A simulated engine for the laws of containers. */
export async function simulatedContainerSubject(): Promise<ContainerSubject> {
  const clock = new VirtualClock();
  const model = new ContainerModel();
  model.images.set(IMAGE, { id: "sha256:1", digests: [] });
  model.images.set(OTHER_IMAGE, { id: "sha256:2", digests: [] });
  return {
    containers: simulatedContainers(model, clock),
    actor: simulatedContainerActor(model),
    stopEngine: async () => model.goDown(),
    startEngine: async () => model.comeUp(),
    finish: (work) => clock.finish(work),
    until: (isSo) => clock.runUntil(isSo, HINT_MS),
    async [Symbol.asyncDispose]() {},
  };
}
