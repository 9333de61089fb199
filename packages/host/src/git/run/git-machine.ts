import type { Clock, CommandResult, CommandWriter, FileWriter, Log } from "@holdfast/core";
import type { HostAccounts } from "../../accounts/accounts.ts";

/** What the port is made over. */
export interface GitMachine {
  readonly clock: Clock;
  /** Absolute. `/` is the machine itself; under another one paths are inside of it. */
  readonly root: string;
  /** Of that root. */
  readonly files: FileWriter;
  /** Of that root. */
  readonly accounts: HostAccounts;
  /** Of the machine: git itself is never of the root. */
  readonly commands: CommandWriter;
  /** A directory of the agent's own, best in memory, for secrets while a git runs; made when it is missing. */
  readonly scratchDirectory: string;
  readonly log: Log;
  /** Who the agent is. */
  readonly ownUid: number;
}

/** One git to run. */
export interface GitRun {
  readonly args: readonly string[];
  /** Absolute, on the machine. Default: no checkout is at hand. */
  readonly directory?: string;
  /** Default: the agent's own. */
  readonly user?: string | undefined;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Settings for this run. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Default: 5 minutes. */
  readonly timeoutMs?: number;
  /** Default: 64 KiB. */
  readonly maxOutputBytes?: number;
  /** It only observes. Default: it may write. */
  readonly isQuery?: boolean;
}

/** Runs gits of one user, most of them in one checkout. */
export type RunGit = (run: GitRun, signal: AbortSignal) => Promise<CommandResult>;
