import type { Watch } from "../paths.ts";
import type {
  ContainerLimits,
  NewContainer,
  NewContainerNetwork,
  NewContainerVolume,
  RegistryCredentials,
} from "./new-container.ts";
import type { ContainerNetwork, ContainerVolume } from "./network-and-volume.ts";

/** A container as the engine has it. */
export interface Container {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** `sha256:` and 64 digits: the image that it was made from, whatever its tag names now. */
  readonly imageId: string;
  /** `created`, `running`, `paused`, `restarting`, `exited`, `dead`, or what an engine says beside these. */
  readonly status: string;
  /** Of one that has ended; 0 of one that never ran. */
  readonly exitCode: number;
  /** When it was started last, as the engine writes it; `undefined`: never. */
  readonly startedAt: string | undefined;
  /** How often the engine has started it again by its restart policy. */
  readonly restarts: number;
  readonly health: ContainerHealth;
  readonly labels: Readonly<Record<string, string>>;
  /** Everything that its processes are started with: of its author, its image and the engine. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of the networks that it is connected to, sorted. */
  readonly networks: readonly string[];
  readonly limits: Required<ContainerLimits>;
  /** The engine changes `limits` in place. Where it does not, only another container has others. */
  readonly canBeUpdated: boolean;
}

/** What its own health check says; `none`: it has no such check. */
export type ContainerHealth = "none" | "starting" | "healthy" | "unhealthy";

/** An image on this machine. */
export interface ContainerImage {
  /** `sha256:` and 64 digits. */
  readonly id: string;
  /** Digests by which a registry knows it, each `sha256:` and 64 digits; empty for one that was made here. */
  readonly digests: readonly string[];
}

/** What an engine tells of a change. `name` is of what changed; where it is `undefined` any may be concerned. */
export type ContainerHint =
  | { readonly type: "overflow" }
  | {
      readonly type: "container" | "image" | "network" | "volume";
      readonly name: string | undefined;
      readonly trigger: string;
    };

/**
 * Observing what a container engine has: Podman's or Docker's, the first that listens. Each map has what is there, by the
 * names that were asked for; what is not in it is not there, and that is certain.
 *
 * Each call throws ContainersUnavailable where no engine answers, and NotPrivileged where it is not for this user.
 */
export interface ContainerReader {
  containers(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Container>>;
  /** By reference: a name with a tag, a digest or both. No registry is asked. */
  images(
    references: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ContainerImage>>;
  networks(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ContainerNetwork>>;
  volumes(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ContainerVolume>>;
  /** Names of the containers that have this network or volume, running or not, sorted. */
  usersOf(
    thing: { readonly type: "network" | "volume"; readonly name: string },
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  /** Resolves when the engine tells of each later change. It ends with the engine. */
  watch(hear: (hint: ContainerHint) => void, signal: AbortSignal): Promise<Watch>;
}

/**
 * Changing it. Each call is one step: it is done when it resolves, and to repeat it does no harm, unless it says otherwise.
 *
 * Each call throws, beside what every reading call does, ContainerFailed with the engine's own words where the engine
 * refuses, and NotFound where there is no such container, network or volume to work on.
 */
export interface ContainerWriter extends ContainerReader {
  /**
   * Has the engine fetch an image from its registry, whether it is there or not.
   * @throws {Fault} ImageUnavailable, with what the registry says.
   */
  pull(
    request: { readonly reference: string; readonly credentials?: RegistryCredentials },
    signal: AbortSignal,
  ): Promise<void>;
  /** @throws {Fault} ContainerInUse, while a container is made of it. */
  removeImage(reference: string, signal: AbortSignal): Promise<void>;
  /**
   * Makes a container and does not start it.
   * @throws {Fault} AlreadyExists, where the name is taken; ImageUnavailable, without its image.
   */
  create(container: NewContainer, signal: AbortSignal): Promise<void>;
  start(name: string, signal: AbortSignal): Promise<void>;
  /** Asks it to end, and ends it after the grace. What is paused goes on for that. */
  stop(request: StopRequest, signal: AbortSignal): Promise<void>;
  /** Stops and starts it, also what is paused: to repeat it is to do it again. */
  restart(request: StopRequest, signal: AbortSignal): Promise<void>;
  unpause(name: string, signal: AbortSignal): Promise<void>;
  /** @throws {Fault} AlreadyExists, where the name is taken. */
  rename(
    request: { readonly name: string; readonly to: string },
    signal: AbortSignal,
  ): Promise<void>;
  /** Ends it at once where it runs, and removes it. Its volumes stay, those without a name too. */
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** Only where `canBeUpdated`. */
  update(
    request: { readonly name: string; readonly limits: ContainerLimits },
    signal: AbortSignal,
  ): Promise<void>;
  /** Other containers of the network find it by `alias`. */
  connect(
    request: { readonly container: string; readonly network: string; readonly alias: string },
    signal: AbortSignal,
  ): Promise<void>;
  disconnect(
    request: { readonly container: string; readonly network: string },
    signal: AbortSignal,
  ): Promise<void>;
  createNetwork(network: NewContainerNetwork, signal: AbortSignal): Promise<void>;
  /** @throws {Fault} ContainerInUse, naming who has it. */
  removeNetwork(name: string, signal: AbortSignal): Promise<void>;
  createVolume(volume: NewContainerVolume, signal: AbortSignal): Promise<void>;
  /** All that is in it is lost. @throws {Fault} ContainerInUse, naming who has it. */
  removeVolume(name: string, signal: AbortSignal): Promise<void>;
}

/** Of a container that is to end. */
export interface StopRequest {
  readonly name: string;
  /** How long it may take to end by itself. */
  readonly graceSeconds: number;
}
