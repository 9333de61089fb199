import { type Observation, unknown } from "@holdfast/core";
import {
  type FileCalls,
  openFiles,
  type OpenFilesOptions,
  type RemoteFiles,
  type RemoteMount,
  unresponsive,
} from "@holdfast/host";
import type { SimulatedKernel } from "./kernel/kernel.ts";

/**
 * Remote mounts of a simulated machine: a mount whose file system answers is read like a local one, as the child
 * process would; one that does not is a fault at once, without a deadline to wait for.
 */
export function simulatedRemote(
  kernel: SimulatedKernel,
  { calls, clock }: { readonly calls: FileCalls; readonly clock: OpenFilesOptions["clock"] },
): RemoteFiles {
  // As the child sees it: nothing is remote any more.
  const plainCalls = { ...calls, mountInfo: () => "" };

  function deadness(mount: RemoteMount): Observation<never> | undefined {
    if (kernel.fileSystemAt(mount.mountPoint).isResponsive) return undefined;
    return unknown(unresponsive(mount));
  }

  const remote: RemoteFiles = {
    async readMany(mount, requests, signal) {
      const dead = deadness(mount);
      if (dead !== undefined) return requests.map(() => dead);
      await using files = openFiles({ calls: plainCalls, root: mount.root, clock, remote });
      return await files.readMany(requests, signal);
    },
    async list(mount, path, signal) {
      const dead = deadness(mount);
      if (dead !== undefined) return dead;
      await using files = openFiles({ calls: plainCalls, root: mount.root, clock, remote });
      return await files.list(path, signal);
    },
  };
  return remote;
}
