import {
  type ContainerReader,
  type ContainerWriter,
  Fault,
  type Json,
  type StopRequest,
} from "@holdfast/core";
import { createBody, limitsBody } from "./create-body.ts";
import { demandChanged, isMissing, type Refusals } from "./engine-faults.ts";
import type { AskedOfEngine, EngineAnswer, EngineClient } from "./engine/engine-client.ts";
import { pullImage } from "./pull-image.ts";

/** Above the grace of a stop: the engine ends what did not end by itself. */
const STOP_MARGIN_MS = 60_000;

/** One change, and what its refusal means. */
interface ChangeOfEngine extends AskedOfEngine {
  /** For a fault, as the beginning of a sentence. */
  readonly what: string;
  readonly refusals?: Refusals;
  /** What is gone already needs no removal. */
  readonly mayBeMissing?: boolean;
}

/** The changing half of the port over an engine. */
export function engineWriter(engine: () => EngineClient, reader: ContainerReader): ContainerWriter {
  const change = async (
    { what, refusals, mayBeMissing, ...asked }: ChangeOfEngine,
    signal: AbortSignal,
  ): Promise<EngineAnswer> => {
    const answer = await engine().ask(asked, signal);
    if (mayBeMissing !== true || !isMissing(answer)) demandChanged(answer, what, refusals);
    return answer;
  };
  const connect: ContainerWriter["connect"] = async ({ container, network, alias }, signal) => {
    const body = { Container: container, EndpointConfig: { Aliases: [alias] } };
    const path = `/networks/${encodeURIComponent(network)}/connect`;
    const what = `${container} is not connected to ${network}`;
    if (await isConnected(reader, { container, network }, signal)) return;
    await change({ method: "POST", path, body, what }, signal);
  };
  return {
    ...reader,
    ...containerChanges(change, reader),
    connect,
    async disconnect({ container, network }, signal) {
      if (!(await isConnected(reader, { container, network }, signal))) return;
      const body = { Container: container, Force: false };
      const path = `/networks/${encodeURIComponent(network)}/disconnect`;
      await change(
        { method: "POST", path, body, what: `${container} stays in ${network}` },
        signal,
      );
    },
    async create(container, signal) {
      const { name, networks } = container;
      await refuseTaken(reader, name, signal);
      const path = `/containers/create?name=${encodeURIComponent(name)}`;
      const refusals = { missing: "ImageUnavailable", conflict: "AlreadyExists" } as const;
      const what = `${name} is not made`;
      const { isPodman } = await engine().self(signal);
      const body = createBody(container, isPodman);
      await change({ method: "POST", path, body, what, refusals }, signal);
      for (const network of typeof networks === "object" ? networks.slice(1) : []) {
        await connect({ container: name, network, alias: container.alias }, signal);
      }
    },
    async rename({ name, to }, signal) {
      const path = `${containerPath(name)}/rename?name=${encodeURIComponent(to)}`;
      const refusals = { conflict: "AlreadyExists" } as const;
      await change({ method: "POST", path, what: `${name} keeps its name`, refusals }, signal);
    },
    pull: async (request, signal) => pullImage(engine(), request, signal),
    async removeImage(reference, signal) {
      const path = `/images/${encodeURI(reference)}`;
      const refusals = { conflict: "ContainerInUse" } as const;
      const what = `the image ${reference} stays`;
      await change({ method: "DELETE", path, what, refusals, mayBeMissing: true }, signal);
    },
    ...networkChanges(change, reader),
    ...volumeChanges(change, reader),
  };
}

type Change = (asked: ChangeOfEngine, signal: AbortSignal) => Promise<EngineAnswer>;

function containerChanges(
  change: Change,
  reader: ContainerReader,
): Pick<ContainerWriter, "start" | "stop" | "restart" | "unpause" | "remove" | "update"> {
  const unpause: ContainerWriter["unpause"] = async (name, signal) => {
    const path = `${containerPath(name)}/unpause`;
    await change({ method: "POST", path, what: `${name} stays paused` }, signal);
  };
  const ending =
    (verb: "stop" | "restart", what: string) =>
    async ({ name, graceSeconds }: StopRequest, signal: AbortSignal): Promise<void> => {
      // Podman refuses to stop what is paused, and what is frozen cannot end by itself.
      const found = (await reader.containers([name], signal)).get(name);
      if (found?.status === "paused") await unpause(name, signal);
      const path = `${containerPath(name)}/${verb}?t=${graceSeconds}`;
      const timeoutMs = graceSeconds * 1_000 + STOP_MARGIN_MS;
      await change({ method: "POST", path, timeoutMs, what: `${name} ${what}` }, signal);
    };
  return {
    async start(name, signal) {
      const path = `${containerPath(name)}/start`;
      await change({ method: "POST", path, what: `${name} does not start` }, signal);
    },
    stop: ending("stop", "does not stop"),
    restart: ending("restart", "does not restart"),
    unpause,
    async remove(name, signal) {
      const path = `${containerPath(name)}?force=true&v=false`;
      const what = `${name} is not removed`;
      await change({ method: "DELETE", path, what, mayBeMissing: true }, signal);
    },
    async update({ name, limits }, signal) {
      const path = `${containerPath(name)}/update`;
      const what = `${name} keeps its limits`;
      await change({ method: "POST", path, body: limitsBody(limits), what }, signal);
    },
  };
}

function networkChanges(
  change: Change,
  reader: ContainerReader,
): Pick<ContainerWriter, "createNetwork" | "removeNetwork"> {
  return {
    async createNetwork({ name, driver, isInternal, hasIpv6, subnets, options, labels }, signal) {
      if ((await reader.networks([name], signal)).has(name)) return;
      const body: Json = {
        Name: name,
        CheckDuplicate: true,
        Driver: driver,
        Internal: isInternal,
        EnableIPv6: hasIpv6,
        Options: options,
        Labels: labels,
        ...(subnets.length === 0 ? {} : { IPAM: { Config: subnets.map(rangeBody) } }),
      };
      const what = `the network ${name} is not made`;
      await change({ method: "POST", path: "/networks/create", body, what }, signal);
    },
    async removeNetwork(name, signal) {
      await refuseUsed(reader, { type: "network", name }, signal);
      const path = `/networks/${encodeURIComponent(name)}`;
      const what = `the network ${name} stays`;
      await change({ method: "DELETE", path, what, mayBeMissing: true }, signal);
    },
  };
}

function volumeChanges(
  change: Change,
  reader: ContainerReader,
): Pick<ContainerWriter, "createVolume" | "removeVolume"> {
  return {
    async createVolume({ name, driver, options, labels }, signal) {
      // Docker takes another volume of the name for it, whatever its options are.
      if ((await reader.volumes([name], signal)).has(name)) return;
      const body = { Name: name, Driver: driver, DriverOpts: options, Labels: labels };
      const what = `the volume ${name} is not made`;
      await change({ method: "POST", path: "/volumes/create", body, what }, signal);
    },
    async removeVolume(name, signal) {
      await refuseUsed(reader, { type: "volume", name }, signal);
      const path = `/volumes/${encodeURIComponent(name)}`;
      const refusals = { conflict: "ContainerInUse" } as const;
      const what = `the volume ${name} stays`;
      await change({ method: "DELETE", path, what, refusals, mayBeMissing: true }, signal);
    },
  };
}

/** Engines answer each in its own way to what is so already, so it is asked first. */
async function isConnected(
  reader: ContainerReader,
  { container, network }: { readonly container: string; readonly network: string },
  signal: AbortSignal,
): Promise<boolean> {
  const found = (await reader.containers([container], signal)).get(container);
  return found?.networks.includes(network) === true;
}

async function refuseTaken(
  reader: ContainerReader,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  if (!(await reader.containers([name], signal)).has(name)) return;
  throw new Fault({
    reason: "AlreadyExists",
    message: `there is a container ${name} already`,
    resolution: "Remove or rename it, or choose another name.",
  });
}

async function refuseUsed(
  reader: ContainerReader,
  thing: { readonly type: "network" | "volume"; readonly name: string },
  signal: AbortSignal,
): Promise<void> {
  const users = await reader.usersOf(thing, signal);
  if (users.length === 0) return;
  throw new Fault({
    reason: "ContainerInUse",
    message: `the ${thing.type} ${thing.name} is used by ${users.join(", ")}`,
    resolution: "Remove these containers first, or take it out of them.",
  });
}

function rangeBody({
  subnet,
  gateway,
}: {
  readonly subnet: string;
  readonly gateway?: string;
}): Json {
  return { Subnet: subnet, ...(gateway === undefined ? {} : { Gateway: gateway }) };
}

function containerPath(name: string): string {
  return `/containers/${encodeURIComponent(name)}`;
}
