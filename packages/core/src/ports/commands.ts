import type { FaultReason } from "../fault/fault-reasons.ts";

/** One child process that only observes: argv, never a shell; an explicit environment, never ours. */
export interface CommandQuery {
  readonly argv: readonly [string, ...string[]];
  /** Absolute. Default `/`. */
  readonly cwd?: string;
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string>>;
  /** User name to run as, with that user's groups. Default: the agent's own. */
  readonly user?: string;
  readonly stdin?: string;
  /** After this the command is over, with everything that it started; see `CommandRequest.onAbort`. */
  readonly timeoutMs: number;
  /** Between being asked to end and being killed. Default 5 000. */
  readonly graceMs?: number;
  /** Kept of the end of each stream; what came before is read and dropped. Default 64 KiB. */
  readonly maxOutputBytes?: number;
  /**
   * The fault of a command that is cut off has the last lines it wrote, as that of a failed one. Default false: only who
   * asks knows what of them may be shown.
   */
  readonly hasOutputInFaults?: boolean;
  /**
   * The program's own option for another root, such as `--root`; a long one is joined with `=`. Under a root the program
   * is given it, and then needs no `--root-exec`. Only a kind that knows the program sets it, never an author.
   */
  readonly rootOption?: string;
  /**
   * For a program that takes the paths it works on one by one: under a root it is run in `cwd` inside of that, with these
   * arguments before its own, in which paths are relative. It then needs no `--root-exec`, as with `rootOption`.
   */
  readonly insideRoot?: { readonly cwd: string; readonly args: readonly string[] };
  /** What the program's exit codes mean: `commandFault` makes faults of them. A run never rejects because of one. */
  readonly faults?: CommandFaults;
}

/** One child process that may change the machine. */
export interface CommandRequest extends CommandQuery {
  /**
   * What happens at the timeout, or when the signal aborts. `kill` asks everything that the command started to end, and
   * kills it after the grace. `finish` is for programs that leave locks or half-done work behind (useradd, dpkg): nothing
   * is killed, the end is waited for within `finishWithinMs`, and the outcome is unknown. Default `kill`.
   */
  readonly onAbort?: "kill" | "finish";
  /** How long `finish` waits. Default 600 000. */
  readonly finishWithinMs?: number;
}

/** What exit codes mean, by number: `{ 9: { reason: "AlreadyExists", message: …, resolution: … } }`. */
export interface CommandFaults {
  readonly [exitCode: number]: CommandFaultWords;
  /** Every other end that is no success. Default: CommandFailed. */
  readonly other?: CommandFaultWords;
}

/** The words of a fault; how the command ended and its last lines are added to the message. */
export interface CommandFaultWords {
  readonly reason: FaultReason;
  /** What went wrong, without a full stop. Default: nothing but how the command ended. */
  readonly message?: string;
  readonly resolution: string;
}

/** How a child ended. */
export interface CommandResult extends CommandOutput {
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signalName: string | undefined;
}

/** The end of each stream of a child, as much as was kept of it. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** True when a stream was longer than what was kept. */
  readonly isTruncated: boolean;
}

/** Runs commands that observe: of guards and checks their author promises it, of tools their kind knows it. */
export interface CommandReader {
  /**
   * Runs to the end and returns how it ended, whatever the exit code. Its background processes continue, unless
   * it was killed.
   * @throws {Fault} CommandNotFound, NotFound (no such `cwd`), PermissionDenied, InputInvalid (a NUL), HostFailed,
   *   UnknownUser, NotPrivileged (only root becomes another user), CommandTimeout (everything of it was killed), Aborted
   *   (likewise), RootExecRefused (under a root without leave to run commands), PathUnsafe (`insideRoot` is reached by a
   *   link).
   */
  query(query: CommandQuery, signal: AbortSignal): Promise<CommandResult>;
  /**
   * Refuses what could not be started, and starts nothing of it. What only its start can show is not found.
   * @throws {Fault} as `query` before the command runs: CommandNotFound, NotFound, PermissionDenied, UnknownUser,
   *   NotPrivileged, RootExecRefused, PathUnsafe.
   */
  check(query: CommandQuery, signal: AbortSignal): Promise<void>;
}

/** Runs commands that change the machine, too. */
export interface CommandWriter extends CommandReader {
  /**
   * As `query`, for what may change something.
   * @throws {Fault} as `query`; OutcomeUnknown, when it was aborted or took too long and was left to finish.
   */
  run(request: CommandRequest, signal: AbortSignal): Promise<CommandResult>;
}
