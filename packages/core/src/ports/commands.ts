/** One child process: argv, never a shell; an explicit environment, never ours. */
export interface CommandRequest {
  readonly argv: readonly [string, ...string[]];
  /** Absolute. Default `/`. */
  readonly cwd?: string;
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string>>;
  /** User name to run as, with that user's groups. Default: the agent's own. */
  readonly user?: string;
  readonly stdin?: string;
  /** The whole process group is terminated after this, and killed `graceMs` later. */
  readonly timeoutMs: number;
  /** Default 5 000. */
  readonly graceMs?: number;
  /** Kept of each stream; the rest is read and dropped. Default 64 KiB. */
  readonly maxOutputBytes?: number;
}

/** How a child ended. */
export interface CommandResult {
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signalName: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** True when a stream was longer than what was kept. */
  readonly isTruncated: boolean;
}

/** Runs commands. */
export interface Commands {
  /**
   * Runs to the end and returns how it ended, whatever the exit code.
   * @throws {Fault} CommandNotFound, NotFound (no such `cwd`), PermissionDenied, InputInvalid (a NUL), HostFailed,
   *   UnknownUser, NotPrivileged (only root becomes another user), CommandTimeout (the group was killed), Aborted
   *   (likewise), RootExecRefused (under a root without leave to run commands).
   */
  run(request: CommandRequest, signal: AbortSignal): Promise<CommandResult>;
}
