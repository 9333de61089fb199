import {
  type AccountReader,
  type Accounts,
  type AccountWriter,
  type Clock,
  type FileReader,
  type FileWriter,
  type Log,
  type NameSources,
  type PathWatches,
  silentLog,
} from "@holdfast/core";
import type { AccountWork } from "./change/account-work.ts";
import { changeGroup, createGroup, removeGroup } from "./change/change-groups.ts";
import { changeUser } from "./change/change-user.ts";
import { createUser } from "./change/create-user.ts";
import { makeHome } from "./change/make-home.ts";
import { removeUser } from "./change/remove-user.ts";
import { setAging } from "./change/set-aging.ts";
import { setMembership } from "./change/set-membership.ts";
import { setLocked, setPassword } from "./change/set-password.ts";
import { setSubordinateIds } from "./change/set-subordinate-ids.ts";
import { readAccounts } from "./local/read-accounts.ts";
import { watchAccounts } from "./local/watch-accounts.ts";
import type { NameService } from "./name-service.ts";
import { observeLocks } from "./tools/account-locks.ts";
import type { AccountSystem } from "./tools/account-system.ts";
import { createToolRunner } from "./tools/tool-runner.ts";

/** Installing many packages takes the lock again and again; nobody holds it for longer. */
const LOCK_TIMEOUT_MS = 120_000;

/** What observing accounts needs. */
export interface AccountReaderOptions {
  readonly clock: Clock;
  readonly files: FileReader;
  readonly paths: PathWatches;
  /** Ids of names. */
  readonly accounts: Accounts;
  readonly nameService: NameService;
  readonly system: AccountSystem;
}

/** What changing accounts needs besides. */
export interface AccountWriterOptions extends AccountReaderOptions {
  readonly files: FileWriter;
  /** Default: silent. */
  readonly log?: Log;
  /** How long the locks of other programs are waited for. Default 120 000. */
  readonly lockTimeoutMs?: number;
}

/** Observes the accounts of a root. It has no method that writes. */
export function createAccountReader(options: AccountReaderOptions): AccountReader {
  const { accounts, files, nameService } = options;
  const isLocked = async (signal: AbortSignal): Promise<boolean> =>
    (await observeLocks(options, signal)).held !== undefined;
  return {
    userId: (name, signal) => accounts.userId(name, signal),
    groupId: (name, signal) => accounts.groupId(name, signal),
    readUsers: async (signal) => (await readAccounts(files, signal)).users,
    readGroups: async (signal) => (await readAccounts(files, signal)).groups,
    async lookupName(name, signal): Promise<NameSources> {
      const { users, groups } = await readAccounts(files, signal);
      const ask = async (database: "passwd" | "group") =>
        (await nameService.lineOf(database, name, signal)) === undefined ? "absent" : "elsewhere";
      return {
        user: users.byName.has(name) ? "local" : await ask("passwd"),
        group: groups.byName.has(name) ? "local" : await ask("group"),
      };
    },
    watch: (hear, signal) => watchAccounts({ ...options, isLocked }, hear, signal),
  };
}

/** Observes and changes the accounts of a root, with the shadow tools. */
export function createAccountWriter(options: AccountWriterOptions): AccountWriter {
  const { log = silentLog, lockTimeoutMs = LOCK_TIMEOUT_MS, files } = options;
  const reader = createAccountReader(options);
  const work: AccountWork = {
    files,
    read: (signal) => readAccounts(files, signal),
    lookupName: (name, signal) => reader.lookupName(name, signal),
    runTool: createToolRunner({ ...options, log, lockTimeoutMs }),
  };
  return {
    ...reader,
    createUser: (user, signal) => createUser(work, user, signal),
    changeUser: (name, changes, signal) => changeUser(work, name, changes, signal),
    makeHome: (name, signal) => makeHome(work, name, signal),
    removeUser: (name, remove, signal) => removeUser(work, name, remove, signal),
    createGroup: (group, signal) => createGroup(work, group, signal),
    changeGroup: (name, changes, signal) => changeGroup(work, name, changes, signal),
    removeGroup: (name, signal) => removeGroup(work, name, signal),
    setMembership: (name, groups, signal) => setMembership(work, name, groups, signal),
    setPassword: (name, password, signal) => setPassword(work, name, password, signal),
    setLocked: (name, isLocked, signal) => setLocked(work, name, isLocked, signal),
    setAging: (name, aging, signal) => setAging(work, name, aging, signal),
    setSubordinateIds: (name, ids, signal) => setSubordinateIds(work, name, ids, signal),
  };
}
