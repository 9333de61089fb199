/** The file system as a log sees it: a narrow table, so that a test can stop it after any call. */
export interface LogCalls {
  /**
   * Opens a log file for adding to it, and makes it where there is none.
   * @throws {DaemonFault} PathUnsafe, DiskFull, ReadOnly, FileFailed.
   */
  open(path: string): Promise<LogFileCalls>;
  /**
   * Opens a log file for reading; `undefined` where there is none. It makes nothing.
   * @throws {DaemonFault} PathUnsafe, FileFailed.
   */
  openToRead(path: string): Promise<LogReadCalls | undefined>;
  /**
   * Makes an empty log file; a file of this name is removed first.
   * @throws {DaemonFault} PathUnsafe, DiskFull, ReadOnly, FileFailed.
   */
  create(path: string): Promise<LogFileCalls>;
  /**
   * Removes a file; there being none is fine.
   * @throws {DaemonFault} PathUnsafe, ReadOnly, FileFailed.
   */
  remove(path: string): Promise<void>;
  /**
   * Moves what lies at a path to a free name in its directory, if it is neither a file nor a link: a directory, a FIFO, a
   * socket or a device is never a log.
   * @returns whether there was such a thing.
   * @throws {DaemonFault} PathUnsafe, ReadOnly, FileFailed.
   */
  moveObstacle(from: string, to: string): Promise<boolean>;
  /**
   * The names in a directory; none where it is missing.
   * @throws {DaemonFault} PathUnsafe, FileFailed.
   */
  list(directory: string): Promise<readonly string[]>;
}

/** A log file that is open for reading. Every call may fail with a system error. */
export interface LogReadCalls {
  sizeBytes(): Promise<number>;
  /** May read less than asked for only at the end of the file. */
  read(fromBytes: number, lengthBytes: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** An open log file. Every call may fail with a system error. */
export interface LogFileCalls extends LogReadCalls {
  observe(): Promise<LogFileState>;
  /** Adds to the end of the file, and says how much of it was written. */
  append(bytes: Uint8Array): Promise<number>;
  truncate(sizeBytes: number): Promise<void>;
  /** Makes content and size durable. */
  sync(): Promise<void>;
  /** Gives the file another name in its directory, atomically, in the place of a file that has it. */
  takeName(path: string): Promise<void>;
  /** Makes the name durable. */
  syncDirectory(): Promise<void>;
}

/** An open file as it is now. */
export interface LogFileState {
  readonly sizeBytes: number;
  /** What its path leads to: the file itself, nothing, or another file. What is written to a file without a name is lost. */
  readonly name: "own" | "gone" | "other";
}
