import { join } from "node:path";
import { type Accounts, type Clock, Fault } from "@holdfast/core";
import { runProcess } from "../processes/run-process.ts";
import { resolveInside } from "../system/resolve-inside.ts";
import { AccountFile } from "./account-file.ts";
import {
  type GroupEntry,
  parseAccountId,
  parseGroup,
  parseGroups,
  parseUser,
  parseUsers,
  type UserEntry,
} from "./account-line.ts";

/** getent(1): "one or more supplied key could not be found in the database". */
const GETENT_NOT_FOUND = 2;
/** A directory server that does not answer in this time is an outage, not an answer. */
const GETENT_TIMEOUT_MS = 30_000;

/** How accounts are looked up. */
export interface AccountsOptions {
  readonly clock: Clock;
  /** Absolute. Default `/`. Under any other only its own etc/passwd and etc/group count. */
  readonly root?: string;
  /** The program that asks the name service. Default: `getent` in the system's directories. */
  readonly getentProgram?: string;
}

/** The port, and what running a command as somebody needs besides. */
export interface HostAccounts extends Accounts {
  /**
   * The entry of a name or a decimal uid; `undefined` when nobody has it.
   * @throws {Fault} HostFailed, when the account database cannot be read.
   */
  user(name: string, signal: AbortSignal): Promise<UserEntry | undefined>;
}

/**
 * Looks accounts up in /etc/passwd and /etc/group, and on `/` then with getent(1), which asks whatever the name
 * service is configured to ask. Only getent's own "not found" is one; every other end is a fault, so that an outage
 * is never taken for a missing user.
 */
export function createAccounts(options: AccountsOptions): HostAccounts {
  const root = options.root ?? "/";
  const users = openFile(root, "etc/passwd", parseUsers, options.clock);
  const groups = openFile(root, "etc/group", parseGroups, options.clock);
  const ask = async <Entry>(
    database: "passwd" | "group",
    key: string,
    parse: (line: string) => Entry | undefined,
    signal: AbortSignal,
  ): Promise<Entry | undefined> => {
    // No account begins so, and getent would take it for an option; not every getent knows `--`.
    if (root !== "/" || key.startsWith("-")) return undefined;
    const line = await getent(database, key, options, signal);
    return line === undefined ? undefined : parseAnswer(database, line, parse);
  };

  async function findUser(name: string, signal: AbortSignal): Promise<UserEntry | undefined> {
    const entry = readEntries(users).get(name);
    return entry ?? ask("passwd", name, parseUser, signal);
  }

  async function findGroup(name: string, signal: AbortSignal): Promise<GroupEntry | undefined> {
    const entry = readEntries(groups).get(name);
    return entry ?? ask("group", name, parseGroup, signal);
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
      return ask("passwd", name, parseUser, signal);
    },
  };
}

function openFile<Entries>(
  root: string,
  path: string,
  parse: (text: string) => Entries,
  clock: Clock,
): AccountFile<Entries> {
  // A link inside an image must not lead out of it.
  return new AccountFile(() => resolveInside(root, path) ?? join(root, path), parse, clock);
}

function readEntries<Entries>(file: AccountFile<Entries>): Entries {
  try {
    return file.read();
  } catch (error) {
    throw databaseFault(error instanceof Error ? error.message : String(error), error);
  }
}

async function getent(
  database: string,
  key: string,
  options: AccountsOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const env = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C" };
  const argv = [options.getentProgram ?? "getent", database, key] as const;
  let result: Awaited<ReturnType<typeof runProcess>>;
  try {
    const request = { argv, env, timeoutMs: GETENT_TIMEOUT_MS, cgroup: "none" } as const;
    result = await runProcess(request, options.clock, signal);
  } catch (error) {
    if (error instanceof Fault && error.reason === "Aborted") throw error;
    throw databaseFault(error instanceof Error ? error.message : String(error), error);
  }
  if (result.exitCode === GETENT_NOT_FOUND) return undefined;
  if (result.exitCode === 0) return result.stdout;
  const how = result.exitCode === undefined ? result.signalName : `exit code ${result.exitCode}`;
  throw databaseFault(`getent ended with ${how}: ${result.stderr.trim()}`);
}

function parseAnswer<Entry>(
  database: string,
  text: string,
  parse: (line: string) => Entry | undefined,
): Entry {
  const entry = parse(text.split("\n", 1)[0] ?? "");
  if (entry === undefined) throw databaseFault(`getent answered no line of ${database}`);
  return entry;
}

function databaseFault(why: string, cause?: unknown): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `the account database cannot be read: ${why}`,
    resolution: "Check /etc/nsswitch.conf and the name services it asks (`getent passwd`).",
    cause,
  });
}
