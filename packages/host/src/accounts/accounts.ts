import { join } from "node:path";
import { type Accounts, parseAccountId } from "@holdfast/core";
import { resolveInside } from "../system/resolve-inside.ts";
import { AccountFile } from "./account-file.ts";
import { type GroupEntry, parseGroups, parseUsers, type UserEntry } from "./account-line.ts";
import { createNameService, databaseFault, type NameServiceOptions } from "./name-service.ts";

/** The port, and what running a command as somebody needs besides. */
export interface HostAccounts extends Accounts {
  /**
   * The entry of a name or a decimal uid; `undefined` when nobody has it.
   * @throws {Fault} HostFailed, when the account database cannot be read.
   */
  user(name: string, signal: AbortSignal): Promise<UserEntry | undefined>;
}

/**
 * Looks accounts up in /etc/passwd and /etc/group of the root, and on `/` then in the name service. A lookup that fails
 * is never taken for a missing user.
 */
export function createAccounts(options: NameServiceOptions): HostAccounts {
  const { root = "/", clock } = options;
  const open = <Entries>(path: string, parse: (text: string) => Entries): AccountFile<Entries> =>
    // A link inside an image must not lead out of it.
    new AccountFile(() => resolveInside(root, path) ?? join(root, path), parse, clock);
  const users = open("etc/passwd", parseUsers);
  const groups = open("etc/group", parseGroups);
  const service = createNameService(options);

  const askUser = async (key: string, signal: AbortSignal): Promise<UserEntry | undefined> => {
    const line = await service.lineOf("passwd", key, signal);
    return line === undefined ? undefined : onlyEntry(parseUsers(line), "passwd");
  };

  async function findUser(name: string, signal: AbortSignal): Promise<UserEntry | undefined> {
    return readEntries(users).get(name) ?? askUser(name, signal);
  }

  async function findGroup(name: string, signal: AbortSignal): Promise<GroupEntry | undefined> {
    const entry = readEntries(groups).get(name);
    if (entry !== undefined) return entry;
    const line = await service.lineOf("group", name, signal);
    return line === undefined ? undefined : onlyEntry(parseGroups(line), "group");
  }

  return {
    async userId(name, signal) {
      return parseAccountId(name) ?? (await findUser(name, signal))?.uid;
    },
    async groupId(name, signal) {
      return parseAccountId(name) ?? (await findGroup(name, signal))?.gid;
    },
    async user(name, signal) {
      const uid = parseAccountId(name);
      if (uid === undefined) return findUser(name, signal);
      for (const entry of readEntries(users).values()) if (entry.uid === uid) return entry;
      return askUser(name, signal);
    },
  };
}

function readEntries<Entries>(file: AccountFile<Entries>): Entries {
  try {
    return file.read();
  } catch (error) {
    throw databaseFault(error instanceof Error ? error.message : String(error), error);
  }
}

function onlyEntry<Entry>(entries: ReadonlyMap<string, Entry>, database: string): Entry {
  for (const entry of entries.values()) return entry;
  throw databaseFault(`getent answered no line of ${database}`);
}
