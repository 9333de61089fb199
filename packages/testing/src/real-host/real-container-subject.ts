import { createContainers, realClock } from "@holdfast/host";
import { type ContainerSubject, IMAGE, OTHER_IMAGE } from "../container-laws/subject.ts";
import { openPodmanMachine, type PodmanMachine } from "./podman-machine.ts";

/** A hint of a real engine comes within this, also on a busy machine. */
const HINT_MS = 10_000;

/** Podman for the laws of containers, with their images. */
export function openPodmanForLaws(): Promise<PodmanMachine> {
  return openPodmanMachine([IMAGE, OTHER_IMAGE]);
}

/** A Podman that several laws use, one after the other: each finds it as if it were new. */
export function realContainerSubject(podman: PodmanMachine): ContainerSubject {
  podman.clear([IMAGE, OTHER_IMAGE]);
  return {
    containers: createContainers({ clock: realClock, sockets: [podman.socketPath] }),
    actor: podman.actor,
    stopEngine: () => podman.stopService(),
    startEngine: () => podman.startService(),
    finish: (work) => work,
    until,
    async [Symbol.asyncDispose]() {},
  };
}

async function until(isSo: () => boolean): Promise<boolean> {
  const endMs = realClock.monotonicMs() + HINT_MS;
  while (!isSo()) {
    if (realClock.monotonicMs() > endMs) return false;
    await new Promise<void>((resolve) => realClock.schedule(1, resolve));
  }
  return true;
}
