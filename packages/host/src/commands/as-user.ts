import { type CommandResult, Fault } from "@holdfast/core";
import type { HostAccounts } from "../accounts/accounts.ts";
import type { ProcessRequest } from "../processes/run-process.ts";
import { denied, notFound } from "../processes/spawn-fault.ts";

/** The exit codes with which setpriv(1) and other wrappers say that they could not start the program. */
const CANNOT_EXECUTE = 126;
const NOT_FOUND = 127;

/** Whole, because the PATH is the command's. */
const SETPRIV = "/usr/bin/setpriv";

/** A request that becomes another user first. */
export interface SwitchedRequest {
  readonly request: ProcessRequest;
  /**
   * Turns the switch's own failure, which looks like one of the program, into a fault.
   * @throws {Fault} CommandNotFound, PermissionDenied, HostFailed.
   */
  readonly refuse: (result: CommandResult) => void;
}

/**
 * The request as that user, with its primary and supplementary groups.
 * @throws {Fault} UnknownUser; NotPrivileged, when only root could do it.
 */
export async function asUser(
  name: string,
  request: ProcessRequest,
  accounts: HostAccounts,
  signal: AbortSignal,
): Promise<SwitchedRequest> {
  const user = await accounts.user(name, signal);
  if (user === undefined) throw unknownUser(name);
  const ownUserId = process.geteuid?.();
  if (user.uid === ownUserId) return { request, refuse: () => {} };
  if (ownUserId !== 0) throw notPrivileged(name);
  const argv = [
    SETPRIV,
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    "--init-groups",
    "--",
    ...request.argv,
  ] as const;
  return {
    request: { ...request, argv },
    refuse: (result) => refuse(result, request),
  };
}

function refuse(result: CommandResult, { argv, cwd }: ProcessRequest): void {
  if (!result.stderr.startsWith("setpriv: ")) return;
  const isUnstarted = result.stderr.startsWith(`setpriv: failed to execute ${argv[0]}:`);
  if (isUnstarted && result.exitCode === NOT_FOUND) throw notFound(argv[0]);
  if (isUnstarted && result.exitCode === CANNOT_EXECUTE) throw denied(argv[0], cwd ?? "/");
  throw new Fault({
    reason: "HostFailed",
    message: `the user cannot be changed: ${result.stderr.trim()}`,
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
