import {
  type Clock,
  type Container,
  type ContainerReader,
  type ContainerWriter,
  type Fault,
  throwIfAborted,
} from "@holdfast/core";
import { type ContainerModel, type ModelContainer, modelFault } from "./container-model.ts";

/** Containers with what tells of them. */
export interface SimulatedContainers extends ContainerWriter {
  readonly model: ContainerModel;
}

/** After its start a container with a check of its own has said something. */
const CHECKED_AFTER_MS = 1_000;
const STOPPED_BY_SIGNAL = 143;

/** The port of a simulated engine. */
export function simulatedContainers(model: ContainerModel, clock: Clock): SimulatedContainers {
  return { ...readerOver(model, clock), ...writerOver(model, clock), model };
}

function readerOver(model: ContainerModel, clock: Clock): ContainerReader {
  const reading =
    <T, U>(things: ReadonlyMap<string, T>, shown: (thing: T) => U) =>
    async (names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, U>> => {
      begin(model, signal);
      const found = new Map<string, U>();
      for (const name of names) {
        const thing = things.get(name);
        if (thing !== undefined) found.set(name, shown(thing));
      }
      return found;
    };
  return {
    containers: reading(model.containers, (each) => shownContainer(each, model, clock)),
    images: reading(model.images, ({ id, digests }) => ({ id, digests })),
    networks: reading(model.networks, (network) => network),
    volumes: reading(model.volumes, (volume) => volume),
    async usersOf({ type, name }, signal) {
      begin(model, signal);
      return model.usersOf(type, name);
    },
    async watch(hear, signal) {
      begin(model, signal);
      const ended = Promise.withResolvers<Fault | undefined>();
      const forget = model.listen({ hear, end: ended.resolve });
      return {
        ended: ended.promise,
        async [Symbol.asyncDispose]() {
          forget();
          ended.resolve(undefined);
        },
      };
    },
  };
}

type Changes = Omit<ContainerWriter, keyof ContainerReader>;

function writerOver(model: ContainerModel, clock: Clock): Changes {
  const step: Step = (run) => async (request, signal) => {
    begin(model, signal);
    run(request);
  };
  return {
    ...imageChanges(model, step),
    create: step((container) => model.make(container)),
    start: step((name) => model.start(name, clock.wallMs())),
    stop: step(({ name }) => model.end(name, STOPPED_BY_SIGNAL)),
    restart: step(({ name }) => {
      model.end(name, STOPPED_BY_SIGNAL);
      model.start(name, clock.wallMs());
    }),
    unpause: step((name) => {
      const container = model.container(name);
      if (container.status !== "paused") throw modelFault("ContainerFailed", "it is not paused");
      container.status = "running";
      model.tell({ type: "container", name, trigger: "container unpause" });
    }),
    rename: step(({ name, to }) => model.rename(name, to)),
    remove: step((name) => model.remove(name)),
    update: step(({ name, limits }) => {
      const container = model.container(name);
      if (!model.canUpdate) throw modelFault("NotFound", "no such call");
      const { definition } = container;
      container.definition = { ...definition, limits: { ...definition.limits, ...limits } };
      model.tell({ type: "container", name, trigger: "container update" });
    }),
    connect: step(({ container, network }) => model.connect(container, network)),
    disconnect: step(({ container, network }) => model.disconnect(container, network)),
    ...thingChanges(model, step),
  };
}

type Step = <Request>(
  run: (request: Request) => void,
) => (request: Request, signal: AbortSignal) => Promise<void>;

function imageChanges(model: ContainerModel, step: Step): Pick<Changes, "pull" | "removeImage"> {
  return {
    pull: step(({ reference, credentials }) => {
      const image = model.registry.get(reference);
      const { username = "", password } = credentials ?? {};
      const isKnown = model.accounts.size === 0 || model.accounts.get(username) === password;
      if (image === undefined || !isKnown) {
        throw modelFault("ImageUnavailable", `${reference} cannot be pulled`);
      }
      model.images.set(reference, image);
      model.tell({ type: "image", name: undefined, trigger: "image pull" });
    }),
    removeImage: step((reference) => {
      const image = model.images.get(reference);
      const isUsed = [...model.containers.values()].some((each) => each.image === image);
      if (image !== undefined && isUsed) throw modelFault("ContainerInUse", "a container has it");
      model.images.delete(reference);
      model.tell({ type: "image", name: undefined, trigger: "image delete" });
    }),
  };
}

function thingChanges(
  model: ContainerModel,
  step: Step,
): Pick<Changes, "createNetwork" | "removeNetwork" | "createVolume" | "removeVolume"> {
  const refuseUsed = (type: "network" | "volume", name: string): void => {
    const users = model.usersOf(type, name);
    if (users.length > 0) throw modelFault("ContainerInUse", `used by ${users.join(", ")}`);
  };
  return {
    createNetwork: step(({ name, ...network }) => {
      if (model.networks.has(name)) return;
      const subnets = network.subnets.length > 0 ? network.subnets : [{ subnet: "10.89.0.0/24" }];
      model.networks.set(name, { ...network, subnets });
      model.tell({ type: "network", name: undefined, trigger: "network create" });
    }),
    removeNetwork: step((name) => {
      refuseUsed("network", name);
      if (model.networks.delete(name))
        model.tell({ type: "network", name: undefined, trigger: "network remove" });
    }),
    createVolume: step(({ name, ...volume }) => model.makeVolume(name, volume)),
    removeVolume: step((name) => {
      refuseUsed("volume", name);
      if (model.volumes.delete(name))
        model.tell({ type: "volume", name, trigger: "volume remove" });
    }),
  };
}

function begin(model: ContainerModel, signal: AbortSignal): void {
  throwIfAborted(signal);
  model.demandUp();
}

function shownContainer(
  { id, definition, image, status, exitCode, startedAtMs, restarts, networks }: ModelContainer,
  model: ContainerModel,
  clock: Clock,
): Container {
  const { restart = "no", memoryBytes = 0, cpus = 0, pids = 0 } = definition.limits;
  const isChecked = startedAtMs !== undefined && clock.wallMs() - startedAtMs >= CHECKED_AFTER_MS;
  const health = isChecked ? (image.isSick === true ? "unhealthy" : "healthy") : "starting";
  return {
    id,
    name: definition.name,
    imageId: image.id,
    status,
    exitCode,
    startedAt: startedAtMs === undefined ? undefined : new Date(startedAtMs).toISOString(),
    restarts,
    health: definition.health === undefined ? "none" : health,
    labels: definition.labels,
    // Engines add some of their own.
    env: { PATH: "/bin", HOSTNAME: id.slice(0, 12), ...definition.env },
    networks: [...networks].sort(),
    limits: { restart, memoryBytes, cpus, pids },
    canBeUpdated: model.canUpdate,
  };
}
