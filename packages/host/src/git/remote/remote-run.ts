import { type CommandResult, Fault, type FaultReason, type GitSource } from "@holdfast/core";
import { type AccessOwner, openGitAccess } from "./git-access.ts";
import { unreachable } from "../run/git-faults.ts";
import type { GitMachine, GitRun } from "../run/git-machine.ts";
import { onMachine, runGit } from "../run/run-git.ts";

/** A repository as its URL is given to git: a path is one of the root. */
export function remoteUrl(machine: Pick<GitMachine, "root">, { repository }: GitSource): string {
  return repository.startsWith("/") ? onMachine(machine, repository) : repository;
}

/** What a remote is asked. */
export interface RemoteRun {
  readonly source: GitSource;
  readonly user?: string | undefined;
  /** Words before the URL, and after it. */
  readonly args: readonly string[];
  readonly refs: readonly string[];
  readonly directory?: string;
  readonly timeoutMs: number;
  readonly isQuery?: boolean;
}

/**
 * Runs one git that talks to a remote: with a deadline, and with what lets it in for as long as it runs.
 * @throws {Fault} RemoteUnreachable, when it took too long; what running git throws.
 */
export async function runRemote(
  machine: GitMachine,
  { source, user, args, refs, ...rest }: RemoteRun,
  signal: AbortSignal,
): Promise<CommandResult> {
  const owner = await ownerOf(machine, user, signal);
  using access = await openGitAccess(source, machine.scratchDirectory, owner);
  const run: GitRun = {
    ...rest,
    args: [...args, "--", remoteUrl(machine, source), ...refs],
    user,
    env: access.env,
    settings: access.settings,
  };
  try {
    return await runGit(machine, run, signal);
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw unreachable(source.repository, error);
  }
}

const TIMEOUT: FaultReason = "CommandTimeout";

function isTimeout(error: unknown): error is Fault {
  return error instanceof Fault && error.reason === TIMEOUT;
}

async function ownerOf(
  { accounts, ownUid }: GitMachine,
  user: string | undefined,
  signal: AbortSignal,
): Promise<AccessOwner | undefined> {
  if (user === undefined) return undefined;
  const entry = await accounts.user(user, signal);
  return entry === undefined || entry.uid === ownUid ? undefined : entry;
}
