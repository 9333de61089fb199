import type { Accounts, AccountWriter, Clock, FileWriter, Log, PathWatches } from "@holdfast/core";
import { createAccountWriter } from "./account-writer.ts";
import { createNameService } from "./name-service.ts";
import { realAccountSystem } from "./tools/real-account-system.ts";

/** What the accounts of this machine are changed with. */
export interface RealAccountsOptions {
  readonly clock: Clock;
  /** Absolute. Under any other root than `/` only its own files count, and the tools change into it. */
  readonly root: string;
  /** Of the same root. */
  readonly files: FileWriter;
  readonly paths: PathWatches;
  readonly accounts: Accounts;
  readonly log?: Log;
  /** How long the locks of other programs are waited for. Default 120 000. */
  readonly lockTimeoutMs?: number;
}

/** The accounts of a root of this machine, with its name service and the shadow tools. */
export function realAccounts(options: RealAccountsOptions): AccountWriter {
  const nameService = createNameService(options);
  return createAccountWriter({ ...options, nameService, system: realAccountSystem(options) });
}
