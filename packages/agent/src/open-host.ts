import type { Attributor, Clock, HostWriter, Log, OneShots } from "@holdfast/core";
import {
  createAccounts,
  createCommands,
  createDownloads,
  openAttributor,
  openFiles,
  openPathWatches,
  openRemoteFiles,
  realFileCalls,
  sha256,
} from "@holdfast/host";

/** What the machine's ports are opened with. */
export interface OpenHostOptions {
  readonly root: string;
  readonly rootExec: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly oneShots: OneShots;
  /** Where the watches keep the file by which they hear that they still hear. */
  readonly canaryDirectory: string;
}

/** The ports of the machine, with a life. */
export interface OpenHost extends AsyncDisposable {
  readonly host: HostWriter;
  readonly attributor: Attributor;
}

/** Opens the real machine under a root. Nothing is touched until a port is used. */
export function openHost(options: OpenHostOptions): OpenHost {
  const { root, clock, log, oneShots, canaryDirectory } = options;
  const remote = openRemoteFiles({ clock });
  const files = openFiles({ calls: realFileCalls, root, clock, remote, log });
  const accounts = createAccounts({ clock, root });
  const attributor = openAttributor({ clock, root });
  const { witness } = attributor;
  const rootExec = options.rootExec ? "allowed" : "refused";
  return {
    host: {
      files,
      accounts,
      commands: createCommands({ clock, accounts, root, rootExec }),
      paths: openPathWatches({ clock, root, canaryDirectory, witness }),
      hash: sha256,
      downloads: createDownloads({ clock }),
      oneShots,
    },
    attributor,
    async [Symbol.asyncDispose]() {
      await attributor[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
      await remote[Symbol.asyncDispose]();
    },
  };
}
