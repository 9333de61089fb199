import type {
  BindReport,
  ContainerLimits,
  ContainerMount,
  JsonObject,
  NewContainer,
  Ownership,
  PublishedPort,
  RegistryCredentials,
  Thing,
} from "@holdfast/core";
import { checkAbsolutePath } from "../absolute-path.ts";
import { bytesOfSize } from "../size-text.ts";
import { CONTAINER_NAME, fullReference } from "../container-engine/fields.ts";
import type { ContainerInput } from "./fields.ts";
import { formatPort, parsePort } from "./port-text.ts";
import { recordedFields } from "./recorded-fields.ts";

/** What the name of a replacement ends with, and of what it replaces. */
export const NEW_SUFFIX = ".holdfast-new";
export const OLD_SUFFIX = ".holdfast-old";

/** Engines give a processor away in steps of a microsecond in each tenth of a second. */
const STEPS_PER_CPU = 100_000;
const DEFAULT_GRACE_SECONDS = 10;
const DEFAULT_HEALTH_TIMEOUT_SECONDS = 60;

/** A container as it should be. */
export interface ContainerSpec {
  readonly name: string;
  /** With a tag or a digest. Empty for one that should not be there. */
  readonly image: string;
  readonly pull: "missing" | "always" | "never";
  readonly credentials?: RegistryCredentials;
  /** What it is made with, but for its name and what belongs to Holdfast. */
  readonly definition: Omit<NewContainer, "name" | "labels" | "image" | "limits" | "networks">;
  readonly labels: Readonly<Record<string, string>>;
  /** What only another container can have, as it is recorded in a label of the container: no values of its environment. */
  readonly recorded: JsonObject;
  /** `undefined`: not managed. */
  readonly networks?: "host" | "none" | readonly string[];
  /** What is left out is not managed. */
  readonly limits: ContainerLimits;
  readonly isRunning: boolean;
  readonly healthTimeoutMs: number;
  readonly force: boolean;
  readonly isAbsent: boolean;
}

/** Joins name and input. */
export function bindContainer(
  name: string,
  input: ContainerInput,
  report: BindReport,
): ContainerSpec {
  checkName(name, report);
  const isAbsent = input.state === "absent";
  if (!isAbsent && input.image === undefined) {
    report("image", "no image", "write the image that it is made of, or state: absent");
  }
  const { networks, registry, pull = "missing", labels = {} } = input;
  const image = input.image === undefined ? "" : fullReference(input.image);
  const ports = bindPorts(input, report);
  const mounts = bindMounts(input, report);
  if (ports.length > 0 && typeof networks === "string") {
    report("ports", "ports in no network of its own", `leave ports out, or networks: ${networks}`);
  }
  return {
    name,
    image,
    pull,
    ...(registry === undefined ? {} : { credentials: registry }),
    definition: { ...definitionOf(input), ports, mounts, alias: name },
    labels,
    recorded: recordedFields(input, { image, ports, mounts }),
    ...(networks === undefined
      ? {}
      : { networks: typeof networks === "string" ? networks : [...new Set(networks)].sort() }),
    limits: limitsOf(input),
    isRunning: !isAbsent && input.state !== "stopped",
    healthTimeoutMs: (input.healthTimeout ?? DEFAULT_HEALTH_TIMEOUT_SECONDS) * 1_000,
    force: input.force === true,
    isAbsent,
  };
}

/** No such container. Its volumes, networks and image stay. */
export function absentContainer(spec: ContainerSpec): ContainerSpec {
  return { ...spec, isRunning: false, isAbsent: true };
}

/** The name, and the ports of the machine that lead to it. */
export function ownedByContainer({ name, definition }: ContainerSpec): readonly Ownership[] {
  return [
    { thing: `container:${name}`, isWhole: true },
    ...definition.ports.map(
      ({ address = "*", hostPort, protocol }): Ownership => ({
        thing: `port:${protocol} ${address} ${hostPort}`,
        isWhole: true,
      }),
    ),
  ];
}

/** Its image, its networks and volumes, and the paths that are mounted in it. */
export function neededByContainer(spec: ContainerSpec): readonly Thing[] {
  const { image, networks, definition } = spec;
  const mounted = definition.mounts.flatMap(({ type, source }): readonly Thing[] => {
    if (source === undefined || type === "tmpfs") return [];
    return [type === "bind" ? `path:${source}` : `container-volume:${source}`];
  });
  const joined = typeof networks === "object" ? networks : [];
  return [
    ...(image === "" ? [] : [`container-image:${image}` as const]),
    ...joined.map((network): Thing => `container-network:${network}`),
    ...mounted,
  ];
}

function checkName(name: string, report: BindReport): void {
  if (!CONTAINER_NAME.test(name)) {
    const detail = "write letters, digits, and _ . - behind the first, 100 at most";
    report("", "not a name of a container", detail);
  }
  if (name.endsWith(NEW_SUFFIX) || name.endsWith(OLD_SUFFIX)) {
    report(
      "",
      "a name that Holdfast uses",
      "choose a name without .holdfast-new and .holdfast-old",
    );
  }
}

function definitionOf(
  input: ContainerInput,
): Omit<ContainerSpec["definition"], "ports" | "mounts" | "alias"> {
  const { command, entrypoint, workingDirectory, hostname, user, stopSignal, health } = input;
  return {
    ...(command === undefined ? {} : { command }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(user === undefined ? {} : { user }),
    ...(stopSignal === undefined ? {} : { stopSignal }),
    ...(health === undefined ? {} : { health: healthOf(health) }),
    env: input.env ?? {},
    capabilities: {
      add: input.capabilities?.add ?? [],
      drop: input.capabilities?.drop ?? [],
    },
    isPrivileged: input.privileged === true,
    isReadOnly: input.readOnly === true,
    hasNoNewPrivileges: input.noNewPrivileges === true,
    stopGraceSeconds: input.stopGrace ?? DEFAULT_GRACE_SECONDS,
  };
}

/** In whole milliseconds: engines refuse a part of a nanosecond, and take 0 for their default. */
function healthOf(
  health: NonNullable<ContainerInput["health"]>,
): NonNullable<NewContainer["health"]> {
  const { command, interval = 30, timeout = 30, retries = 3, startPeriod = 0 } = health;
  return {
    command,
    intervalMs: Math.max(1, Math.round(interval * 1_000)),
    timeoutMs: Math.max(1, Math.round(timeout * 1_000)),
    retries,
    startPeriodMs: Math.round(startPeriod * 1_000),
  };
}

function limitsOf({ limits = {}, restart }: ContainerInput): ContainerLimits {
  const { memory, cpus, pids } = limits;
  return {
    ...(restart === undefined ? {} : { restart }),
    ...(memory === undefined ? {} : { memoryBytes: bytesOfSize(memory) }),
    ...(cpus === undefined ? {} : { cpus: Math.round(cpus * STEPS_PER_CPU) / STEPS_PER_CPU }),
    ...(pids === undefined ? {} : { pids }),
  };
}

function bindPorts({ ports = [] }: ContainerInput, report: BindReport): readonly PublishedPort[] {
  const found = ports.flatMap((text, position) => {
    const port = parsePort(text);
    if (port === undefined) {
      const detail =
        "write HOST:CONTAINER, such as 8080:80, with an address before it or /udp behind";
      report(`ports.${position}`, "not a published port", detail);
    }
    return port === undefined ? [] : [port];
  });
  return found.sort((one, other) => compare(formatPort(one), formatPort(other)));
}

function bindMounts(
  { mounts = [] }: ContainerInput,
  report: BindReport,
): readonly ContainerMount[] {
  const found = mounts.map(({ type, source, target, readOnly }, position): ContainerMount => {
    const field = `mounts.${position}`;
    const usual = source === undefined ? "tmpfs" : source.startsWith("/") ? "bind" : "volume";
    const sort = type ?? usual;
    checkAbsolutePath(target, `${field}.target`, report);
    if ((source === undefined) !== (sort === "tmpfs")) {
      report(
        `${field}.source`,
        `not the source of a ${sort}`,
        "a tmpfs has no source, others have one",
      );
    }
    if (sort === "bind" && source !== undefined)
      checkAbsolutePath(source, `${field}.source`, report);
    if (sort === "volume" && source !== undefined && !CONTAINER_NAME.test(source)) {
      report(`${field}.source`, "not a name of a volume", "write letters, digits, and _ . -");
    }
    const from = source === undefined ? {} : { source };
    return { type: sort, ...from, target, isReadOnly: readOnly === true };
  });
  const targets = found.map(({ target }) => target);
  const twice = targets.find((target, position) => targets.indexOf(target) !== position);
  if (twice !== undefined) report("mounts", "two mounts at one place", `keep one at ${twice}`);
  return found.sort((one, other) => compare(one.target, other.target));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
