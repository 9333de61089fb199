import {
  type ContainerHint,
  type ContainerImage,
  type ContainerNetwork,
  type ContainerVolume,
  Fault,
  type FaultReason,
  type NewContainer,
} from "@holdfast/core";

/** An image, and how what is made of it behaves. */
export interface ModelImage extends ContainerImage {
  /** What its program ends with as soon as it is started. Default: it runs until it is stopped. */
  readonly endsWith?: number;
  /** Its own health check never succeeds. Default: it does, a second after the start. */
  readonly isSick?: boolean;
}

/** A container of the model. */
export interface ModelContainer {
  readonly id: string;
  definition: NewContainer;
  readonly image: ModelImage;
  status: "created" | "running" | "paused" | "exited";
  exitCode: number;
  startedAtMs: number | undefined;
  restarts: number;
  networks: Set<string>;
}

/** A container engine in memory. It outlives the agent. */
export class ContainerModel {
  /** On the machine, by reference. */
  readonly images = new Map<string, ModelImage>();
  /** What a registry has, by reference. */
  readonly registry = new Map<string, ModelImage>();
  readonly containers = new Map<string, ModelContainer>();
  readonly networks = new Map<string, ContainerNetwork>();
  readonly volumes = new Map<string, ContainerVolume>();
  /** Who knows a password of the registry; empty: nobody is asked for one. */
  readonly accounts = new Map<string, string>();
  /** Podman's API changes no limits in place. */
  canUpdate = false;
  #isDown = false;
  #made = 0;
  readonly #listeners = new Set<Listener>();

  /** Nothing answers, and who listens hears nothing any more; containers run on. */
  goDown(): void {
    this.#isDown = true;
    for (const listener of this.#listeners) listener.end(modelFault("WatchFailed", "it is gone"));
    this.#listeners.clear();
  }

  comeUp(): void {
    this.#isDown = false;
  }

  /** @throws {Fault} ContainersUnavailable. */
  demandUp(): void {
    if (this.#isDown) throw modelFault("ContainersUnavailable", "no engine answers");
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells all who listen. */
  tell(hint: ContainerHint): void {
    for (const listener of this.#listeners) listener.hear(hint);
  }

  /** @throws {Fault} NotFound. */
  container(name: string): ModelContainer {
    const found = this.containers.get(name);
    if (found === undefined) throw modelFault("NotFound", `there is no container ${name}`);
    return found;
  }

  /** Makes one, in networks and with volumes as engines do. @throws {Fault} AlreadyExists, ImageUnavailable, ContainerFailed. */
  make(definition: NewContainer): void {
    const { name, networks, mounts } = definition;
    if (this.containers.has(name)) throw modelFault("AlreadyExists", `${name} is there`);
    const image = this.images.get(definition.image);
    if (image === undefined) throw modelFault("ImageUnavailable", `no ${definition.image}`);
    const wanted = typeof networks === "object" ? networks : [];
    for (const network of wanted) this.#demandNetwork(network);
    for (const { type, source } of mounts) {
      if (type === "volume" && source !== undefined) this.makeVolume(source);
    }
    this.#made += 1;
    this.containers.set(name, {
      id: String(this.#made).padStart(64, "0"),
      definition,
      image,
      status: "created",
      exitCode: 0,
      startedAtMs: undefined,
      restarts: 0,
      networks: new Set(wanted),
    });
    this.tell({ type: "container", name, trigger: "container create" });
  }

  /** A volume that is there stays as it is. */
  makeVolume(name: string, volume: Partial<ContainerVolume> = {}): void {
    if (this.volumes.has(name)) return;
    this.volumes.set(name, { driver: "local", options: {}, labels: {}, ...volume });
    this.tell({ type: "volume", name, trigger: "volume create" });
  }

  /** What is started runs, or ends at once where its image says so. */
  start(name: string, atMs: number): void {
    const container = this.container(name);
    if (container.status === "running" || container.status === "paused") return;
    container.startedAtMs = atMs;
    const { endsWith } = container.image;
    container.status = endsWith === undefined ? "running" : "exited";
    container.exitCode = endsWith ?? 0;
    this.tell({ type: "container", name, trigger: "container start" });
  }

  end(name: string, exitCode: number): void {
    const container = this.container(name);
    if (container.status !== "running" && container.status !== "paused") return;
    container.status = "exited";
    container.exitCode = exitCode;
    this.tell({ type: "container", name, trigger: "container die" });
  }

  remove(name: string): void {
    if (this.containers.delete(name)) {
      this.tell({ type: "container", name, trigger: "container remove" });
    }
  }

  rename(name: string, to: string): void {
    const container = this.container(name);
    if (this.containers.has(to)) throw modelFault("AlreadyExists", `${to} is there`);
    this.containers.delete(name);
    container.definition = { ...container.definition, name: to };
    this.containers.set(to, container);
    this.tell({ type: "container", name: undefined, trigger: "container rename" });
  }

  connect(name: string, network: string): void {
    this.container(name);
    this.#demandNetwork(network, "NotFound");
    this.container(name).networks.add(network);
    this.tell({ type: "network", name: undefined, trigger: "network connect" });
  }

  disconnect(name: string, network: string): void {
    if (this.container(name).networks.delete(network)) {
      this.tell({ type: "network", name: undefined, trigger: "network disconnect" });
    }
  }

  /** Names of who has this network or volume, sorted. */
  usersOf(type: "network" | "volume", name: string): readonly string[] {
    const isUser = ({ networks, definition }: ModelContainer): boolean =>
      type === "network"
        ? networks.has(name)
        : definition.mounts.some((mount) => mount.type === "volume" && mount.source === name);
    return [...this.containers]
      .filter(([, each]) => isUser(each))
      .map(([each]) => each)
      .sort();
  }

  /** What is there after a boot: what ran has ended, unless its engine starts it again. */
  bootAgain(): ContainerModel {
    const next = new ContainerModel();
    copyInto(next.images, this.images);
    copyInto(next.registry, this.registry);
    copyInto(next.networks, this.networks);
    copyInto(next.volumes, this.volumes);
    copyInto(next.accounts, this.accounts);
    for (const [name, container] of this.containers) {
      const { restart = "no" } = container.definition.limits;
      const runs =
        container.status === "running" && (restart === "always" || restart === "unless-stopped");
      const status = container.status === "created" ? "created" : runs ? "running" : "exited";
      next.containers.set(name, { ...container, networks: new Set(container.networks), status });
    }
    next.canUpdate = this.canUpdate;
    next.#made = this.#made;
    return next;
  }

  #demandNetwork(name: string, reason: FaultReason = "ContainerFailed"): void {
    if (!this.networks.has(name)) throw modelFault(reason, `there is no network ${name}`);
  }
}

/** Who hears of changes until it ends. */
interface Listener {
  hear(hint: ContainerHint): void;
  end(fault: Fault): void;
}

/** A refusal of the model. */
export function modelFault(reason: FaultReason, message: string): Fault {
  return new Fault({ reason, message, resolution: "Do otherwise." });
}

function copyInto<Key, Value>(into: Map<Key, Value>, from: ReadonlyMap<Key, Value>): void {
  for (const [key, value] of from) into.set(key, value);
}
