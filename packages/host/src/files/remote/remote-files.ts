import type { FileReading, FileReadRequest, Observation } from "@holdfast/core";

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
