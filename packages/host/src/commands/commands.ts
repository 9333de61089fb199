import { join } from "node:path";
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
import { resolveInside } from "../system/resolve-inside.ts";
import { checkAsUser, runAsUser } from "./as-user.ts";
import { checkProgram } from "./find-program.ts";

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
    const { user, ...own } = placedIn(request, options);
    return user === undefined
      ? runProcess(own, options.clock, signal)
      : runAsUser(user, own, options, signal);
  };
  return {
    run,
    query: (query: CommandQuery, signal) => run({ ...query, onAbort: "kill" }, signal),
    check: async (query, signal) => {
      const { user, ...own } = placedIn(query, options);
      if (user !== undefined) await checkAsUser(user, own, options, signal);
      else await checkProgram(own, options.clock);
    },
  };
}

/** The process that a request comes to. */
function placedIn(
  request: CommandRequest,
  options: CommandsOptions,
): ProcessRequest & Pick<CommandRequest, "user"> {
  const { rootOption: _option, insideRoot: _inside, faults: _faults, ...whole } = request;
  const placed = inRoot(whole, request, options);
  const { cgroup } = options;
  return cgroup === undefined ? placed : { ...placed, cgroup };
}

type Placed = Omit<CommandRequest, "rootOption" | "insideRoot" | "faults">;

function inRoot(
  placed: Placed,
  { rootOption, insideRoot }: CommandRequest,
  options: CommandsOptions,
): Placed {
  const { root = "/", rootExec } = options;
  if (root === "/") return placed;
  if (rootOption !== undefined) return { ...placed, argv: withRoot(placed.argv, rootOption, root) };
  if (insideRoot !== undefined) {
    const [program, ...args] = placed.argv;
    const argv = [program, ...insideRoot.args, ...args] as const;
    return { ...placed, argv, cwd: directoryIn(root, insideRoot.cwd) };
  }
  if (rootExec !== "allowed") throw refused(placed, root);
  return { ...placed, env: { ...placed.env, HOLDFAST_ROOT: root } };
}

/** From another place than it seems to be, paths that go up would leave the root. */
function directoryIn(root: string, cwd: string): string {
  const directory = join(root, cwd);
  if (resolveInside(root, cwd) === directory) return directory;
  throw new Fault({
    reason: "PathUnsafe",
    message: `${cwd} is no directory in the root ${root}, or is reached by a link`,
    resolution: "Make it a directory of its own in that root.",
    retry: "backoff",
  });
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

function refused(request: Placed, root: string): Fault {
  return new Fault({
    reason: "RootExecRefused",
    message: `${request.argv[0]} does not run: commands would act outside of the root ${root}`,
    resolution: "Leave it out with --skip, or say --root-exec to run commands outside of the root.",
  });
}
