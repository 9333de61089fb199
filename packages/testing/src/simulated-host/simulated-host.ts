import {
  type Clock,
  type Downloads,
  Fault,
  type HostWriter,
  type Log,
  type OneShots,
  throwIfAborted,
} from "@holdfast/core";
import { type OpenFiles, openFiles, sha256 } from "@holdfast/host";
import { createSimulatedKernel, type SimulatedKernel } from "./kernel/kernel.ts";
import type { Credentials } from "./kernel/permission.ts";
import { type SimulatedAccounts, simulatedAccounts } from "./simulated-accounts.ts";
import { type Behaviour, type SimulatedCommands, simulatedCommands } from "./simulated-commands.ts";
import { type SimulatedConditions, simulatedConditions } from "./simulated-conditions.ts";
import { simulatedOneShots } from "./simulated-one-shots.ts";
import { type SimulatedPaths, simulatedPaths } from "./simulated-paths.ts";
import { type SimulatedProbes, simulatedProbes } from "./simulated-probes.ts";
import { simulatedRemote } from "./simulated-remote.ts";

/** What a simulated host is made with. */
export interface SimulatedHostOptions {
  readonly clock: Clock;
  /** Default: a fresh machine with an empty disk. */
  readonly kernel?: SimulatedKernel;
  /** Who the agent is. Default root. */
  readonly agent?: Credentials;
  /** A directory of the machine that paths are inside of; made when it is missing. Default `/`. */
  readonly root?: string;
  /** Ids by name, besides root. */
  readonly users?: Readonly<Record<string, number>>;
  readonly groups?: Readonly<Record<string, number>>;
  /** Programs by name or command line. */
  readonly programs?: Readonly<Record<string, Behaviour>>;
  /** Bodies by URL; any other URL is ContentUnavailable. */
  readonly downloads?: Readonly<Record<string, Uint8Array | string>>;
  /** Default: fresh ones in memory. */
  readonly oneShots?: OneShots;
  readonly log?: Log;
}

/** A machine in memory behind all host ports, running the production file algorithms. */
export interface SimulatedHost extends HostWriter, AsyncDisposable {
  readonly files: OpenFiles;
  readonly accounts: SimulatedAccounts;
  readonly commands: SimulatedCommands;
  readonly paths: SimulatedPaths;
  readonly conditions: SimulatedConditions;
  readonly probes: SimulatedProbes;
  /** The machine: what others do to it, what is on it, what goes wrong. */
  readonly kernel: SimulatedKernel;
  readonly bodies: Map<string, Uint8Array | string>;
}

/** A simulated host; nothing in it waits but for the clock that is given. */
export function createSimulatedHost(options: SimulatedHostOptions): SimulatedHost {
  const { clock, kernel = createSimulatedKernel(), root = "/", log } = options;
  if (root !== "/" && kernel.inspect.stat(root) === undefined) kernel.tamper.makeDirectory(root);
  const calls = kernel.callsAs(options.agent ?? { uid: 0, gid: 0 });
  const files = openFiles({
    calls,
    root,
    clock,
    remote: simulatedRemote(kernel, { calls, clock }),
    ...(log === undefined ? {} : { log }),
  });
  const paths = simulatedPaths(kernel, root);
  const bodies = new Map(Object.entries(options.downloads ?? {}));
  return {
    kernel,
    files,
    bodies,
    accounts: simulatedAccounts(options.users ?? {}, options.groups ?? {}),
    commands: simulatedCommands(() => kernel, clock, options.programs ?? {}),
    paths,
    probes: simulatedProbes(),
    conditions: simulatedConditions({ kernel, files, paths, clock, root }),
    hash: sha256,
    downloads: simulatedDownloads(bodies),
    oneShots: options.oneShots ?? simulatedOneShots(),
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  };
}

function simulatedDownloads(bodies: ReadonlyMap<string, Uint8Array | string>): Downloads {
  return {
    async *stream({ url, maxBytes }, signal) {
      throwIfAborted(signal);
      const body = bodies.get(url);
      if (body === undefined)
        throw new Fault({
          reason: "ContentUnavailable",
          message: `${url} answered 404`,
          resolution: "Correct the address.",
        });
      const bytes = Buffer.from(body);
      if (bytes.length > maxBytes)
        throw new Fault({
          reason: "ContentTooLarge",
          message: `${url} is longer than ${maxBytes} bytes`,
          resolution: "Raise the limit, or serve less.",
        });
      yield new Uint8Array(bytes);
    },
  };
}
