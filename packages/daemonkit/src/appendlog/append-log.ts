import type { DaemonFault } from "../daemon-fault.ts";
import type { LogCalls } from "./log-calls.ts";
import type { Seal } from "./replace-log.ts";

/** What an append-only file is opened with. */
export interface AppendLogOptions {
  /** The directory is made where it is missing, 0750 by default, and the file 0640. */
  readonly path: string;
  /**
   * It is called when the line is about to be written, in the order of the file, again when a write failed and another
   * follows. Default: as it is.
   */
  readonly seal?: Seal;
  /** The longest line, in bytes. Default 1 MiB. */
  readonly maxLineBytes?: number;
  /** The most lines that wait for their turn. Default 10 000. */
  readonly maxWaiting?: number;
  /** Default: the system's. */
  readonly calls?: LogCalls;
  /** These lines take the place of what the file holds, before anything else. Default: it goes on where it ended. */
  readonly content?: () => Iterable<string>;
}

/** What opening cut off, because a crash left it behind unfinished; it was never acknowledged. */
export interface TornLine {
  readonly bytes: number;
}

/** How one line is added. */
export interface AppendOptions {
  /** Gives up the wait. A line that is being written by then may become durable all the same. Default: it waits. */
  readonly signal?: AbortSignal;
  /**
   * Called as soon as the line is durable, in the order of the file, before anything else happens to the file: what is
   * kept in memory of the lines is complete whenever `rewrite` asks for it.
   */
  readonly onDurable?: () => void;
}

/**
 * A file that lines are only ever added to. One process writes it at a time. Disposing waits for the lines that are
 * under way.
 */
export interface AppendLog extends AsyncDisposable {
  readonly path: string;
  readonly torn: TornLine | undefined;
  /** The last line that is durable; `undefined` in an empty file. */
  readonly lastLine: string | undefined;
  /** How much of it is durable. */
  readonly sizeBytes: number;
  /** Why nothing is added any more, until the file is rewritten or opened anew; `undefined` while all is well. */
  readonly fault: DaemonFault | undefined;
  /**
   * Adds one line and resolves to it, as it was sealed, when it is durable. Lines that come while others are being
   * made durable share the next fsync, in their order. A write that failed is taken back, and later ones are tried.
   * @throws {DaemonFault} LineInvalid, when it has a line break or is too long; AppendLogFull, when too many wait;
   *   DiskFull, ReadOnly, FileFailed; AppendLogBroken, when a sync failed, a failed write could not be taken back, or
   *   the file was removed; AppendLogChanged, when others wrote or replaced it; the fault of the signal.
   */
  append(line: string, options?: AppendOptions): Promise<string>;
  /**
   * Puts a file of these lines in the place of this one, atomically and durably, and goes on with it, whatever was wrong
   * with the old one. The lines are asked for when nothing is being written. When it fails, the old file stays.
   * @throws {DaemonFault} PathUnsafe, DiskFull, ReadOnly, FileFailed; AppendLogClosed.
   */
  rewrite(lines: () => Iterable<string>): Promise<void>;
  /** Observes whether the file is still what this log has left of it; `fault` tells. Never fails but on a closed log. */
  check(): Promise<void>;
}
