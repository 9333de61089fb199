import { type Clock, type CommandResult, Fault } from "@holdfast/core";
import type { UserEntry } from "../accounts/account-line.ts";
import type { HostAccounts } from "../accounts/accounts.ts";
import { type ProcessRequest, runProcess } from "../processes/run-process.ts";
import { askAboutProgram, checkProgram, unstartable } from "./find-program.ts";

/** Whole, because the PATH is the command's. */
const SETPRIV = "/usr/bin/setpriv";
/** Exit codes with which setpriv(1) says that it cannot change the user, or cannot run the program. */
const NOT_CHANGED = 1;
const NOT_RUN: ReadonlySet<number | undefined> = new Set([126, 127]);

/** What becoming another user needs. */
export interface AsUserOptions {
  readonly clock: Clock;
  readonly accounts: HostAccounts;
}

/**
 * Runs a process as that user, with its primary and supplementary groups.
 * @throws {Fault} UnknownUser; NotPrivileged, when only root could do it; CommandNotFound and PermissionDenied, as that user
 *   finds the program; HostFailed, when the user cannot be changed; what `runProcess` throws.
 */
export async function runAsUser(
  name: string,
  request: ProcessRequest,
  { clock, accounts }: AsUserOptions,
  signal: AbortSignal,
): Promise<CommandResult> {
  const user = await findUser(name, accounts, signal);
  if (user.uid === process.geteuid?.()) return runProcess(request, clock, signal);
  const become = (words: ProcessRequest["argv"]) => becoming(user, words);
  const switched = { ...request, argv: become(request.argv), owner: user };
  const result = await runProcess(switched, clock, signal);
  const { exitCode } = result;
  if (exitCode === NOT_CHANGED || NOT_RUN.has(exitCode)) {
    const isStartable = await askAboutProgram("may be run", { request, become, clock });
    if (isStartable === undefined) throw unchangeable(name);
    if (!isStartable && NOT_RUN.has(exitCode)) throw await unstartable(request, clock);
  }
  return result;
}

/**
 * Refuses what that user could not start, and starts nothing of it.
 * @throws {Fault} as `runAsUser`, before the process runs.
 */
export async function checkAsUser(
  name: string,
  request: ProcessRequest,
  { clock, accounts }: AsUserOptions,
  signal: AbortSignal,
): Promise<void> {
  const user = await findUser(name, accounts, signal);
  if (user.uid === process.geteuid?.()) return checkProgram(request, clock);
  const become = (words: ProcessRequest["argv"]) => becoming(user, words);
  const isStartable = await askAboutProgram("may be run", { request, become, clock });
  if (isStartable === undefined) throw unchangeable(name);
  if (!isStartable) throw await unstartable(request, clock);
}

/** The user, if this process is that user or may become it. */
async function findUser(
  name: string,
  accounts: HostAccounts,
  signal: AbortSignal,
): Promise<UserEntry> {
  const user = await accounts.user(name, signal);
  if (user === undefined) throw unknownUser(name);
  const ownUserId = process.geteuid?.();
  if (user.uid !== ownUserId && ownUserId !== 0) throw notPrivileged(name);
  return user;
}

function becoming({ uid, gid }: UserEntry, words: ProcessRequest["argv"]): ProcessRequest["argv"] {
  return [SETPRIV, `--reuid=${uid}`, `--regid=${gid}`, "--init-groups", "--", ...words];
}

function unchangeable(name: string): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `the user cannot be changed to ${name}: ${SETPRIV} fails`,
    resolution: "Check that the agent runs as root with all its capabilities.",
  });
}

function unknownUser(name: string): Fault {
  return new Fault({
    reason: "UnknownUser",
    message: `there is no user ${name} to run the command as`,
    resolution: "Declare the user and depend on it, or correct the name.",
  });
}

function notPrivileged(name: string): Fault {
  return new Fault({
    reason: "NotPrivileged",
    message: `only root can run a command as ${name}`,
    resolution: "Run the agent as root, or leave out `user`.",
  });
}
