import {
  Fault,
  type FileReading,
  type FileReadRequest,
  type Observation,
  unknown,
} from "@holdfast/core";

/** Looks at file systems of other machines without ever waiting for them in this process. */
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
}

/** One remote mount, and the root that paths are inside of; both are the machine's. */
export interface RemoteMount {
  readonly mountPoint: string;
  readonly root: string;
}

/** Reads nothing: every remote mount counts as one that does not answer. */
export const noRemoteFiles: RemoteFiles = {
  readMany: async (mount, requests) => requests.map(() => unknown(unresponsive(mount))),
  list: async (mount) => unknown(unresponsive(mount)),
};

/** What is said of a mount that does not answer. */
export function unresponsive({ mountPoint }: RemoteMount): Fault {
  return new Fault({
    reason: "MountUnresponsive",
    message: `the file system at ${mountPoint} does not answer`,
    resolution: "Bring its server back, or unmount it.",
  });
}
