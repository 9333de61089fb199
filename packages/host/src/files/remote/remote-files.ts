import {
  Fault,
  type FileReading,
  type FileReadRequest,
  type Observation,
  type TreeReading,
  type TreeReadRequest,
  unknown,
} from "@holdfast/core";
import type { WriteCall } from "./write-call.ts";

/** Reads and writes on file systems of other machines without ever waiting for them in this process. */
export interface RemoteFiles {
  /**
   * Reads paths of one remote mount. A mount that does not answer in time makes each unknown with MountUnresponsive.
   * @throws {Fault} Aborted.
   */
  readMany(
    mount: RemoteMount,
    requests: readonly FileReadRequest[],
    signal: AbortSignal,
  ): Promise<readonly Observation<FileReading>[]>;
  /** The names in a directory of the mount, likewise. */
  list(
    mount: RemoteMount,
    path: string,
    signal: AbortSignal,
  ): Promise<Observation<readonly string[]>>;
  /** A directory of the mount with all that is below it, likewise. */
  readTree(
    mount: RemoteMount,
    request: TreeReadRequest,
    signal: AbortSignal,
  ): Promise<Observation<TreeReading>>;
  /**
   * Makes a call of a `FileWriter` whose path is on the mount, by the same steps as on a local file system.
   * @throws {Fault} what the call throws; MountUnresponsive, when it does not get on; Aborted.
   */
  write(mount: RemoteMount, call: WriteCall, signal: AbortSignal): Promise<void>;
}

/** One remote mount, and the root that paths are inside of; both are the machine's. */
export interface RemoteMount {
  readonly mountPoint: string;
  readonly root: string;
}

/** Reads and writes nothing: every remote mount counts as one that does not answer. */
export const noRemoteFiles: RemoteFiles = {
  readMany: async (mount, requests) => requests.map(() => unknown(unresponsive(mount))),
  list: async (mount) => unknown(unresponsive(mount)),
  readTree: async (mount) => unknown(unresponsive(mount)),
  write: async (mount) => {
    throw unresponsive(mount);
  },
};

/** What is said of a mount that does not answer. */
export function unresponsive({ mountPoint }: RemoteMount): Fault {
  return new Fault({
    reason: "MountUnresponsive",
    message: `the file system at ${mountPoint} does not answer`,
    resolution: "Bring its server back, or unmount it.",
  });
}
