import { Fault, type NewContainer, unreachable } from "@holdfast/core";
import type { ContainerModel } from "../simulated-host/containers/container-model.ts";
import type { ContainerActor, ContainerOperation } from "./container-operation.ts";

const KILLED = 137;

/** An administrator of a simulated engine, for whom no time passes. */
export function simulatedContainerActor(model: ContainerModel): ContainerActor {
  return {
    act(operation) {
      try {
        carryOutOn(model, operation);
      } catch (error) {
        // What the engine refuses does not happen.
        if (!(error instanceof Fault)) throw error;
      }
    },
  };
}

function carryOutOn(model: ContainerModel, { verb, name, to = "" }: ContainerOperation): void {
  switch (verb) {
    case "run":
      model.make(theirs(name, to));
      return model.start(name, 0);
    case "kill":
    case "stop":
      return model.end(name, KILLED);
    case "start":
      return model.start(name, 0);
    case "remove":
      return model.remove(name);
    case "rename":
      return model.rename(name, to);
    case "connect":
      return model.connect(name, to);
    case "disconnect":
      return model.disconnect(name, to);
    case "tag":
      return tag(model, name, to);
    case "remove-image":
      return removeImage(model, name);
    default:
      return changeThing(model, verb, name);
  }
}

function changeThing(
  model: ContainerModel,
  verb: Extract<ContainerOperation["verb"], `${string}-network` | `${string}-volume`>,
  name: string,
): void {
  switch (verb) {
    case "make-network": {
      if (model.networks.has(name)) return;
      const subnets = [{ subnet: "10.90.0.0/24" }];
      const plain = {
        driver: "bridge",
        isInternal: false,
        hasIpv6: false,
        options: {},
        labels: {},
      };
      model.networks.set(name, { ...plain, subnets });
      return model.tell({ type: "network", name: undefined, trigger: "network create" });
    }
    case "remove-network":
      for (const user of model.usersOf("network", name)) model.disconnect(user, name);
      model.networks.delete(name);
      return model.tell({ type: "network", name: undefined, trigger: "network remove" });
    case "make-volume":
      return model.makeVolume(name);
    case "remove-volume":
      if (model.usersOf("volume", name).length === 0) model.volumes.delete(name);
      return model.tell({ type: "volume", name, trigger: "volume remove" });
    default:
      return unreachable(verb);
  }
}

function tag(model: ContainerModel, name: string, to: string): void {
  const image = model.images.get(to) ?? model.registry.get(to);
  if (image === undefined) return;
  model.images.set(name, image);
  model.tell({ type: "image", name: undefined, trigger: "image tag" });
}

function removeImage(model: ContainerModel, name: string): void {
  model.images.delete(name);
  model.tell({ type: "image", name: undefined, trigger: "image untag" });
}

/** A container that somebody runs by hand. */
function theirs(name: string, image: string): NewContainer {
  return {
    name,
    image,
    alias: name,
    env: {},
    mounts: [],
    ports: [],
    networks: "none",
    labels: {},
    capabilities: { add: [], drop: [] },
    isPrivileged: false,
    isReadOnly: false,
    hasNoNewPrivileges: false,
    limits: {},
    stopGraceSeconds: 10,
  };
}

/** What an engine has, as lines of a machine's tree: what runs is a line of its own, as of units. */
export function simulatedContainerLines(model: ContainerModel): readonly string[] {
  const line = (path: string, content: unknown): string =>
    `${path} file 0000 0:0 ${JSON.stringify(content)}`;
  const containers = [...model.containers].flatMap(
    ([name, { definition, image, networks, status }]) => [
      line(`container:${name}`, [image.id, definition, [...networks].sort()]),
      ...(status === "running" || status === "paused"
        ? [`unit:container:${name} unit 0000 0:0 ${status}`]
        : []),
    ],
  );
  return [
    ...containers,
    ...[...model.images].map(([name, { id }]) => line(`image:${name}`, id)),
    ...[...model.networks].map(([name, network]) => line(`network:${name}`, network)),
    ...[...model.volumes].map(([name, volume]) => line(`volume:${name}`, volume)),
  ].sort();
}
