import type { OutputListener } from "./outlet/write-queue.ts";

/** What a command touches besides the machine it is about: passed in, so that tests can give their own. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working directory, absolute; `undefined` when it was removed. */
  readonly directory: string | undefined;
  /** The effective user; `undefined` where the platform has none. */
  readonly userId: number | undefined;
  /** How this program was started: the interpreter with its options, and the command's own file without links. */
  readonly program: readonly string[];
  /** Whether a person can be asked. Default: no person. */
  readonly stdin?: { readonly isTTY?: boolean };
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly journal: Journal;
}

/** Which of our streams the journal of systemd reads. */
export interface Journal {
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** As much of a stream as output needs. */
export interface Stream {
  readonly isTTY?: boolean;
  /** Width of the terminal; `undefined` when there is none. */
  readonly columns?: number;
  /** Height of the terminal; `undefined` when there is none. */
  readonly rows?: number;
  write(text: string): unknown;
  /** From now on holds no more than this for a reader that is slow, and drops the rest. Absent where nothing is held. */
  limit?(characters: number): void;
  /** Calls when it cannot be written, also if that is so already, and with `undefined` when it can be again. */
  listen?(listener: OutputListener): void;
  /** Calls when the terminal has another size, until `off`. Absent where there is none. */
  on?(event: "resize", listener: () => void): unknown;
  off?(event: "resize", listener: () => void): unknown;
}
