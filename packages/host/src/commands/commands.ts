import { type Clock, type CommandRequest, type Commands, Fault } from "@holdfast/core";
import type { HostAccounts } from "../accounts/accounts.ts";
import { asUser } from "./as-user.ts";
import { runProcess } from "../processes/run-process.ts";

/** How commands run. */
export interface CommandsOptions {
  readonly clock: Clock;
  readonly accounts: HostAccounts;
  /** Absolute. Default `/`. */
  readonly root?: string;
  /**
   * Under a root other than `/`: `refused` runs nothing, `allowed` runs outside of the root with `HOLDFAST_ROOT` in
   * the environment. Default `refused`.
   */
  readonly rootExec?: "refused" | "allowed";
}

/**
 * Runs real commands: argv, no shell, exactly the environment of the request. Without a PATH in it the system's own
 * default (`/usr/bin:/bin`) finds programs. A command whose user is not the agent's runs through setpriv(1), which
 * gives it that user's groups.
 */
export function createCommands(options: CommandsOptions): Commands {
  const root = options.root ?? "/";
  return {
    async run(request, signal) {
      if (root === "/") return runAs(request, options, signal);
      if (options.rootExec !== "allowed") throw refused(request, root);
      const env = { ...request.env, HOLDFAST_ROOT: root };
      return runAs({ ...request, env }, options, signal);
    },
  };
}

async function runAs(request: CommandRequest, options: CommandsOptions, signal: AbortSignal) {
  const { user, ...own } = request;
  if (user === undefined) return runProcess(own, options.clock, signal);
  const switched = await asUser(user, own, options.accounts, signal);
  const result = await runProcess(switched.request, options.clock, signal);
  switched.refuse(result);
  return result;
}

function refused(request: CommandRequest, root: string): Fault {
  return new Fault({
    reason: "RootExecRefused",
    message: `${request.argv[0]} does not run: commands would act outside of the root ${root}`,
    resolution: "Leave it out with --skip, or say --root-exec to run commands outside of the root.",
  });
}
