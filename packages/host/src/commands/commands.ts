import {
  type Clock,
  type CommandQuery,
  type CommandRequest,
  type CommandResult,
  type CommandWriter,
  Fault,
} from "@holdfast/core";
import type { HostAccounts } from "../accounts/accounts.ts";
import { type ProcessRequest, runProcess } from "../processes/run-process.ts";
import type { ProcessTreeOptions } from "../processes/tree/process-tree.ts";
import { runAsUser } from "./as-user.ts";

/** How commands run. */
export interface CommandsOptions extends ProcessTreeOptions {
  readonly clock: Clock;
  readonly accounts: HostAccounts;
  /** Absolute. Default `/`. */
  readonly root?: string;
  /**
   * Under a root other than `/`, of programs that do not know another root themselves: `refused` runs none of them,
   * `allowed` runs them outside of the root with `HOLDFAST_ROOT` in the environment. Default `refused`.
   */
  readonly rootExec?: "refused" | "allowed";
}

/**
 * Runs real commands: argv, no shell, the environment of the request. Without a PATH in it the system's own default
 * (`/usr/bin:/bin`) finds programs. A command whose user is not the agent's runs through setpriv(1), which gives it that
 * user's groups.
 */
export function createCommands(options: CommandsOptions): CommandWriter {
  const run = async (request: CommandRequest, signal: AbortSignal): Promise<CommandResult> => {
    const { user, rootOption: _option, faults: _faults, ...placed } = inRoot(request, options);
    const { cgroup } = options;
    const own: ProcessRequest = cgroup === undefined ? placed : { ...placed, cgroup };
    return user === undefined
      ? runProcess(own, options.clock, signal)
      : runAsUser(user, own, options, signal);
  };
  return {
    run,
    query: (query: CommandQuery, signal) => run({ ...query, onAbort: "kill" }, signal),
  };
}

function inRoot(request: CommandRequest, options: CommandsOptions): CommandRequest {
  const { root = "/", rootExec } = options;
  if (root === "/") return request;
  const { rootOption } = request;
  if (rootOption !== undefined)
    return { ...request, argv: withRoot(request.argv, rootOption, root) };
  if (rootExec !== "allowed") throw refused(request, root);
  return { ...request, env: { ...request.env, HOLDFAST_ROOT: root } };
}

/** Not every program takes its long options apart at a space (dpkg), none knows `=` after a short one. */
function withRoot(
  [program, ...args]: CommandRequest["argv"],
  rootOption: string,
  root: string,
): CommandRequest["argv"] {
  const words = rootOption.startsWith("--") ? [`${rootOption}=${root}`] : [rootOption, root];
  return [program, ...words, ...args];
}

function refused(request: CommandRequest, root: string): Fault {
  return new Fault({
    reason: "RootExecRefused",
    message: `${request.argv[0]} does not run: commands would act outside of the root ${root}`,
    resolution: "Leave it out with --skip, or say --root-exec to run commands outside of the root.",
  });
}
