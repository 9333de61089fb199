import type {
  ContainerHealthCheck,
  ContainerLimits,
  ContainerMount,
  Json,
  JsonObject,
  NewContainer,
  PublishedPort,
} from "@holdfast/core";
import { healthTest } from "./health-test.ts";

const NANO = 1e9;
const NANO_PER_MS = 1e6;

/** What is sent to make a container. Of several networks it is made in the first. */
export function createBody(container: NewContainer, isPodman: boolean): JsonObject {
  const { image, env, labels, command, entrypoint, user, hostname, ports, health } = container;
  return {
    Image: image,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    ...(command === undefined ? {} : { Cmd: command }),
    ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }),
    ...(user === undefined ? {} : { User: user }),
    ...(hostname === undefined ? {} : { Hostname: hostname }),
    ...(container.workingDirectory === undefined ? {} : { WorkingDir: container.workingDirectory }),
    ...(container.stopSignal === undefined ? {} : { StopSignal: container.stopSignal }),
    StopTimeout: container.stopGraceSeconds,
    ExposedPorts: Object.fromEntries(ports.map((port) => [insideOf(port), {}])),
    ...(health === undefined ? {} : { Healthcheck: healthBody(health, isPodman) }),
    HostConfig: hostBody(container),
    ...networkingBody(container),
  };
}

/** What is sent to change limits, and is part of what is sent to make a container. */
export function limitsBody({ restart, memoryBytes, cpus, pids }: ContainerLimits): JsonObject {
  return {
    ...(restart === undefined ? {} : { RestartPolicy: { Name: restart } }),
    // As much swap space again, as by default: Docker refuses to raise the one above the other.
    ...(memoryBytes === undefined ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes * 2 }),
    ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * NANO) }),
    ...(pids === undefined ? {} : { PidsLimit: pids }),
  };
}

function hostBody(container: NewContainer): JsonObject {
  const { networks, capabilities, mounts, limits, hasNoNewPrivileges } = container;
  const mode = typeof networks === "object" ? networks[0] : networks;
  return {
    ...(mode === undefined ? {} : { NetworkMode: mode }),
    PortBindings: portBody(container.ports),
    Mounts: mounts.map(mountBody),
    CapAdd: capabilities.add,
    CapDrop: capabilities.drop,
    Privileged: container.isPrivileged,
    ReadonlyRootfs: container.isReadOnly,
    SecurityOpt: hasNoNewPrivileges ? ["no-new-privileges"] : [],
    ...limitsBody(limits),
  };
}

function networkingBody({ networks, alias }: NewContainer): JsonObject {
  const first = typeof networks === "object" ? networks[0] : undefined;
  if (first === undefined) return {};
  return { NetworkingConfig: { EndpointsConfig: { [first]: { Aliases: [alias] } } } };
}

function mountBody({ type, source, target, isReadOnly }: ContainerMount): Json {
  const from = source === undefined ? {} : { Source: source };
  return { Type: type, ...from, Target: target, ReadOnly: isReadOnly };
}

/** One port inside may be reached by several outside. */
function portBody(ports: readonly PublishedPort[]): JsonObject {
  const inside = Map.groupBy(ports, insideOf);
  return Object.fromEntries(
    [...inside].map(([name, outside]) => [
      name,
      outside.map(({ address = "", hostPort }) => ({
        HostIp: address,
        HostPort: String(hostPort),
      })),
    ]),
  );
}

function insideOf({ containerPort, protocol }: PublishedPort): string {
  return `${containerPort}/${protocol}`;
}

function healthBody(health: ContainerHealthCheck, isPodman: boolean): JsonObject {
  return {
    Test: healthTest(health.command, isPodman),
    Interval: health.intervalMs * NANO_PER_MS,
    Timeout: health.timeoutMs * NANO_PER_MS,
    Retries: health.retries,
    StartPeriod: health.startPeriodMs * NANO_PER_MS,
  };
}
