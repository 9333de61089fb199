import { dirname, join } from "node:path";
import type {
  Attributor,
  Clock,
  HealthProbes,
  HostWriter,
  Log,
  MachineConditions,
  OneShots,
} from "@holdfast/core";
import {
  createAccounts,
  createArchives,
  createCertificates,
  createCommands,
  createContainers,
  createDownloads,
  createGit,
  createHealthProbes,
  createPackages,
  createSystem,
  expandInStreams,
  keepInFile,
  machineRequesters,
  openAttributor,
  openConditions,
  openFiles,
  openFirewall,
  openNetwork,
  openMounts,
  openPathWatches,
  openReadingThread,
  type OpenReadingThread,
  openRemoteFiles,
  openServices,
  readFacts,
  realAccounts,
  realFileCalls,
  type Requesters,
  sha256,
} from "@holdfast/host";

/** What the machine's ports are opened with. */
export interface OpenHostOptions {
  readonly root: string;
  readonly rootExec: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly oneShots: OneShots;
  /** The agent's own, on a tmpfs: for the file by which watches prove that they work, and the output of packages. */
  readonly runDirectory: string;
}

/** The ports of the machine, open until they are disposed. */
export interface OpenHost extends AsyncDisposable {
  readonly host: HostWriter;
  readonly attributor: Attributor;
  readonly requesters: Requesters;
  readonly conditions: MachineConditions;
  readonly probes: HealthProbes;
  readonly readingThread: OpenReadingThread;
}

/** How often the table of mounts is compared: some 30 µs each time. */
const MOUNT_CHECK_MS = 2_000;

/** Opens the real machine under a root. Nothing is touched until a port is used. */
export function openHost(options: OpenHostOptions): OpenHost {
  const { root, clock, log, oneShots, runDirectory } = options;
  const remote = openRemoteFiles({ clock });
  const readingThread = openReadingThread({ log });
  const reading = { clock, remote, thread: readingThread };
  const files = openFiles({ calls: realFileCalls, root, log, ...reading });
  const accounts = createAccounts({ clock, root });
  const attributor = openAttributor({ clock, root });
  const { recorder } = attributor;
  const watching = { canaryDirectory: runDirectory, mountCheckMs: MOUNT_CHECK_MS, recorder };
  const paths = openPathWatches({ clock, root, ...watching });
  const services = openServices({ clock, root, files, paths });
  const rootExec = options.rootExec ? "allowed" : "refused";
  const commands = createCommands({ clock, accounts, root, rootExec });
  const taskDirectory = join(runDirectory, "packages");
  // Not in the run directory, into which users that a git runs as cannot reach.
  const scratchDirectory = join(dirname(runDirectory), "holdfast-git");
  return {
    host: {
      files,
      accounts: realAccounts({ clock, root, files, paths, accounts, log }),
      commands,
      paths,
      packages: createPackages({ clock, root, files, paths, taskDirectory }),
      services,
      system: createSystem({ clock, root }),
      facts: { read: () => readFacts({ root }) },
      git: createGit({ clock, root, files, accounts, scratchDirectory, log }),
      mounts: openMounts({ clock, root, files }),
      firewall: openFirewall({ clock, root }),
      network: openNetwork({ clock, root }),
      containers: createContainers({ clock, root }),
      hash: sha256,
      certificates: createCertificates({ clock }),
      downloads: createDownloads({ clock }),
      archives: createArchives({ keep: keepInFile, expand: expandInStreams }),
      oneShots,
    },
    attributor,
    requesters: machineRequesters(clock),
    conditions: openConditions({ clock, root, files, paths }),
    probes: createHealthProbes({ clock, services, root }),
    readingThread,
    async [Symbol.asyncDispose]() {
      await services[Symbol.asyncDispose]();
      await attributor[Symbol.asyncDispose]();
      await readingThread[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
      await remote[Symbol.asyncDispose]();
    },
  };
}
