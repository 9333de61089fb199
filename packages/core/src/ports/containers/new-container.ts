import type { ContainerNetwork, ContainerVolume } from "./network-and-volume.ts";

/** A container that is to be made. What is `undefined` is as its image and the engine have it. */
export interface NewContainer {
  readonly name: string;
  /** Of an image that is on the machine. */
  readonly image: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  readonly hostname?: string;
  /** `user`, `user:group`, by name or number. */
  readonly user?: string;
  readonly mounts: readonly ContainerMount[];
  readonly ports: readonly PublishedPort[];
  /** The machine's own network, none, or these. */
  readonly networks?: "host" | "none" | readonly string[];
  /** What other containers of its networks find it by. */
  readonly alias: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly capabilities: { readonly add: readonly string[]; readonly drop: readonly string[] };
  readonly isPrivileged: boolean;
  /** Nothing can be written but into its mounts. */
  readonly isReadOnly: boolean;
  /** Its processes get no more rights than it begins with. */
  readonly hasNoNewPrivileges: boolean;
  readonly limits: ContainerLimits;
  readonly health?: ContainerHealthCheck;
  readonly stopSignal?: string;
  readonly stopGraceSeconds: number;
}

/** What an engine may change in place. */
export interface ContainerLimits {
  readonly restart?: RestartPolicy;
  /** Of what is observed, here and below, 0 is no limit. */
  readonly memoryBytes?: number;
  /** Of one processor, such as 1.5. */
  readonly cpus?: number;
  readonly pids?: number;
}

/** When the engine starts it again by itself. */
export type RestartPolicy = "no" | "always" | "unless-stopped" | "on-failure";

/** Something of the machine, a volume or a file system in memory inside a container. */
export interface ContainerMount {
  readonly type: "bind" | "volume" | "tmpfs";
  /** A path of the machine, or the name of a volume; of a tmpfs there is none. */
  readonly source?: string;
  readonly target: string;
  readonly isReadOnly: boolean;
}

/** A port of the machine that leads to one of a container. */
export interface PublishedPort {
  /** An address of the machine; `undefined`: all of them. */
  readonly address?: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: "tcp" | "udp" | "sctp";
}

/** A command that the engine runs in a container again and again. */
export interface ContainerHealthCheck {
  readonly command: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  /** Failures before this count for nothing. */
  readonly startPeriodMs: number;
}

/** What a registry is shown. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** A network that is to be made. */
export interface NewContainerNetwork extends ContainerNetwork {
  readonly name: string;
}

/** A volume that is to be made. */
export interface NewContainerVolume extends ContainerVolume {
  readonly name: string;
}
