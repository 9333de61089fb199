import type { Accounts } from "./accounts.ts";
import type { Commands } from "./commands.ts";
import type { Downloads } from "./download.ts";
import type { FileReader, FileWriter } from "./files.ts";
import type { Hash } from "./hash.ts";
import type { PathWatches } from "./paths.ts";

/** What a kind may look at. Running a command here is for guards, which their author promises only look. */
export interface HostReader {
  readonly files: FileReader;
  readonly accounts: Accounts;
  readonly commands: Commands;
  readonly paths: PathWatches;
  readonly hash: Hash;
  /** What is known of one-shots; only a writer begins and ends them. */
  readonly oneShots: Pick<OneShots, "state">;
}

/** What a kind may change; handed out only inside `apply` and `refresh`. */
export interface HostWriter extends HostReader {
  readonly files: FileWriter;
  readonly downloads: Downloads;
  readonly oneShots: OneShots;
}

/** The name of a port, as a kind lists it. */
export type PortName = keyof HostWriter;

/** Keys of things that must happen once. The key is durable before the effect and after it. */
export interface OneShots {
  /** `undefined`: never begun. `begun`: cut off between, so nobody knows. */
  state(key: string): "begun" | "done" | undefined;
  begin(key: string, signal: AbortSignal): Promise<void>;
  done(key: string, signal: AbortSignal): Promise<void>;
  /** Forgets a key whose effect is known not to have happened (the program never started). */
  forget(key: string, signal: AbortSignal): Promise<void>;
}
