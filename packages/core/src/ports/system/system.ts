/**
 * What runs on the host: a kernel with its name, and a boot that ends. A directory that only holds the files of a machine
 * (another root) has neither, and the answer is then `undefined`: nothing of the machine around it is read.
 */
export interface SystemReader {
  /**
   * The host name of the running kernel.
   * @throws {Fault} UnsupportedPlatform, HostFailed, Aborted.
   */
  hostName(signal: AbortSignal): Promise<string | undefined>;
  /**
   * Names this boot of the kernel; another boot has another, whatever the clock says.
   * @throws {Fault} UnsupportedPlatform, HostFailed, Aborted.
   */
  bootId(signal: AbortSignal): Promise<string | undefined>;
}

/** What runs on the host, as it may be changed. In another root nothing can be: `NothingRuns`. */
export interface SystemWriter extends SystemReader {
  /**
   * Gives the running kernel another name, until it boots again. A name is 1 to 64 bytes without a NUL.
   * @throws {Fault} InputInvalid, NotPrivileged, NothingRuns, UnsupportedPlatform, HostFailed, Aborted.
   */
  setHostName(name: string, signal: AbortSignal): Promise<void>;
  /**
   * Asks the service manager to stop everything in order and to boot again; resolves when it has agreed. What then stops it
   * is not part of this answer: the boot id is.
   * @throws {Fault} NothingRuns, CommandNotFound, CommandFailed; OutcomeUnknown, when it did not answer in time; Aborted.
   */
  reboot(request: RebootRequest, signal: AbortSignal): Promise<void>;
}

/** What a reboot is asked for with. */
export interface RebootRequest {
  /** Shown to those who are logged in, and logged. */
  readonly reason: string;
}
