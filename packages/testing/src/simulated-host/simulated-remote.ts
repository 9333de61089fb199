import { type Observation, unknown } from "@holdfast/core";
import {
  type FileCalls,
  makeCall,
  type OpenFiles,
  openFiles,
  type OpenFilesOptions,
  type RemoteFiles,
  type RemoteMount,
  unresponsive,
} from "@holdfast/host";
import type { SimulatedKernel } from "./kernel/kernel.ts";

/**
 * Remote mounts of a simulated machine: a mount whose file system answers is read and written like a local one, as the
 * child process would; one that does not is a fault at once, without a deadline to wait for.
 */
export function simulatedRemote(
  kernel: SimulatedKernel,
  { calls, clock }: { readonly calls: FileCalls; readonly clock: OpenFilesOptions["clock"] },
): RemoteFiles {
  const openEverywhere = ({ root }: RemoteMount): OpenFiles =>
    openFiles({ calls, root, clock, entersRemoteMounts: true });

  function deadness(mount: RemoteMount): Observation<never> | undefined {
    if (kernel.fileSystemAt(mount.mountPoint).isResponsive) return undefined;
    return unknown(unresponsive(mount));
  }

  return {
    async readMany(mount, requests, signal) {
      const dead = deadness(mount);
      if (dead !== undefined) return requests.map(() => dead);
      await using files = openEverywhere(mount);
      return await files.readMany(requests, signal);
    },
    async list(mount, path, signal) {
      const dead = deadness(mount);
      if (dead !== undefined) return dead;
      await using files = openEverywhere(mount);
      return await files.list(path, signal);
    },
    async readTree(mount, request, signal) {
      const dead = deadness(mount);
      if (dead !== undefined) return dead;
      await using files = openEverywhere(mount);
      return await files.readTree(request, signal);
    },
    async write(mount, call, signal) {
      if (deadness(mount) !== undefined) throw unresponsive(mount);
      await using files = openEverywhere(mount);
      await makeCall(files, call, signal);
    },
  };
}
