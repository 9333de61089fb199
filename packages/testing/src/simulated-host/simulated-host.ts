import {
  type Clock,
  type Downloads,
  type Facts,
  Fault,
  type HostWriter,
  type Log,
  type OneShots,
  throwIfAborted,
} from "@holdfast/core";
import {
  createArchives,
  createCertificates,
  expandAtOnce,
  keepInMemory,
  type OpenFiles,
  openFiles,
  sha256,
} from "@holdfast/host";
import { createSimulatedKernel, type SimulatedKernel } from "./kernel/kernel.ts";
import type { Credentials } from "./kernel/permission.ts";
import { type SimulatedAccounts, simulatedAccounts } from "./accounts/simulated-accounts.ts";
import { type Programs, type SimulatedCommands, simulatedCommands } from "./simulated-commands.ts";
import { type SimulatedConditions, simulatedConditions } from "./simulated-conditions.ts";
import {
  FirewallModel,
  type SimulatedFirewall,
  simulatedFirewall,
} from "./firewall/simulated-firewall.ts";
import { NetworkModel } from "./network/network-model.ts";
import {
  type NetworkParts,
  type SimulatedNetwork,
  simulatedNetwork,
} from "./network/simulated-network.ts";
import { ContainerModel } from "./containers/container-model.ts";
import {
  type SimulatedContainers,
  simulatedContainers,
} from "./containers/simulated-containers.ts";
import { simulatedGit } from "./git/simulated-git.ts";
import { type SimulatedMounts, simulatedMounts } from "./mounts/simulated-mounts.ts";
import { PackageModel } from "./package-model.ts";
import { simulatedOneShots } from "./simulated-one-shots.ts";
import { type SimulatedPackages, simulatedPackages } from "./simulated-packages.ts";
import { type SimulatedPaths, simulatedPaths } from "./simulated-paths.ts";
import { type SimulatedProbes, simulatedProbes } from "./simulated-probes.ts";
import { simulatedRemote } from "./simulated-remote.ts";
import { type SimulatedServices, simulatedServices } from "./simulated-services.ts";
import { type SimulatedSystem, simulatedSystem, SystemModel } from "./system/simulated-system.ts";
import type { SimulatedSystemd } from "./services/simulated-systemd.ts";

/** What a simulated host is made with. */
export interface SimulatedHostOptions {
  readonly clock: Clock;
  /** Default: a fresh machine with an empty disk. */
  readonly kernel?: SimulatedKernel;
  /** Who the agent is. Default root. */
  readonly agent?: Credentials;
  /** A directory of the machine that paths are inside of; made when it is missing. Default `/`. */
  readonly root?: string;
  /** Ids that the name service knows by name, besides root; accounts of the machine itself are in its files. */
  readonly users?: Readonly<Record<string, number>>;
  readonly groups?: Readonly<Record<string, number>>;
  readonly programs?: Programs;
  /** Bodies by URL; any other URL is ContentUnavailable. */
  readonly downloads?: Readonly<Record<string, Uint8Array | string>>;
  /** Default: a small Debian 12. */
  readonly facts?: Facts;
  /** Default: fresh ones in memory. */
  readonly oneShots?: OneShots;
  /** What is installed and offered; it outlives the agent. Default: nothing. */
  readonly packages?: PackageModel;
  /** What runs the units of this kernel's disk; it outlives the agent. Default: one that has just booted. */
  readonly systemd?: SimulatedSystemd;
  /** This boot; it outlives the agent. Default: the first one. */
  readonly system?: SystemModel;
  /** Its container engine; it outlives the agent. Default: one with nothing. */
  readonly containers?: ContainerModel;
  /** What its kernel filters with; it outlives the agent. Default: nothing. */
  readonly firewall?: FirewallModel;
  /** What it has of a network. Default: one link `eth0`, and one `eth1`, without addresses. */
  readonly network?: NetworkModel;
  readonly log?: Log;
}

/** A machine in memory behind all host ports, running the production file algorithms. */
export interface SimulatedHost extends HostWriter, AsyncDisposable {
  readonly files: OpenFiles;
  readonly accounts: SimulatedAccounts;
  readonly commands: SimulatedCommands;
  readonly paths: SimulatedPaths;
  readonly packages: SimulatedPackages;
  readonly conditions: SimulatedConditions;
  readonly probes: SimulatedProbes;
  readonly services: SimulatedServices;
  readonly system: SimulatedSystem;
  readonly mounts: SimulatedMounts;
  readonly firewall: SimulatedFirewall;
  readonly network: SimulatedNetwork;
  readonly containers: SimulatedContainers;
  /** The machine: what others do to it, what is on it, what goes wrong. */
  readonly kernel: SimulatedKernel;
  readonly bodies: Map<string, Uint8Array | string>;
}

/** Of a machine that is not virtual and has no identity: facts that not every machine has. */
const SIMULATED_FACTS: Facts = {
  os: "linux",
  distro: "debian",
  distroVersion: "12",
  kernel: "6.1.0",
  arch: "x64",
  hostname: "simulated",
  cpuCount: 2,
  memoryBytes: 2_147_483_648,
  addresses: [],
  interfaces: [],
  disks: [],
  custom: {},
  packageBackend: "apt-get",
  init: "systemd",
};

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
  const { systemd } = options;
  const running = systemd === undefined ? {} : { systemd };
  const services = simulatedServices({ kernel, clock, root, files, paths, ...running });
  const accounts = simulatedAccounts({
    kernel,
    root,
    clock,
    files,
    paths,
    users: options.users ?? {},
    groups: options.groups ?? {},
    ...(log === undefined ? {} : { log }),
  });
  const ownUid = options.agent?.uid ?? 0;
  const bodies = new Map(Object.entries(options.downloads ?? {}));
  return {
    kernel,
    files,
    bodies,
    accounts,
    commands: simulatedCommands(() => kernel, clock, options.programs ?? {}),
    paths,
    packages: simulatedPackages(options.packages ?? new PackageModel(), clock),
    services,
    system: simulatedSystem({ kernel, root, model: options.system ?? new SystemModel() }),
    git: simulatedGit({ clock, files, accounts, hash: sha256, ownUid }),
    mounts: simulatedMounts(kernel, { root, files }),
    containers: simulatedContainers(options.containers ?? new ContainerModel(), clock),
    firewall: simulatedFirewall({ clock, root, model: options.firewall ?? new FirewallModel() }),
    network: networkOf(options, { clock, root, kernel }),
    probes: simulatedProbes(),
    conditions: simulatedConditions({ kernel, files, paths, clock, root }),
    facts: { read: async () => options.facts ?? SIMULATED_FACTS },
    hash: sha256,
    certificates: createCertificates({ clock }),
    downloads: simulatedDownloads(bodies),
    archives: createArchives({ keep: keepInMemory, expand: expandAtOnce }),
    oneShots: options.oneShots ?? simulatedOneShots(),
    async [Symbol.asyncDispose]() {
      await services[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };
}

function networkOf(
  { network: model = new NetworkModel() }: SimulatedHostOptions,
  { clock, root, kernel }: Pick<NetworkParts, "clock" | "root"> & { kernel: SimulatedKernel },
): SimulatedNetwork {
  const files = () => filesIn(kernel, "/etc/systemd/network");
  return simulatedNetwork({ clock, root, model, files });
}

/** The regular files of a directory, by path. */
function filesIn({ inspect }: SimulatedKernel, directory: string): ReadonlyMap<string, string> {
  const paths = (inspect.list(directory) ?? []).map((name) => `${directory}/${name}`);
  return new Map(paths.map((path) => [path, inspect.text(path) ?? ""]));
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
