import type { CommandRequest, CommandResult, HostReader } from "@holdfast/core";
import type { Argv } from "../command/argv.ts";
import type { ExecSpec } from "./spec.ts";

/**
 * The bound of last resort. The timeout of the resource, which its author can set, ends a command long before: it
 * aborts the signal, and the host then kills the whole process group.
 */
const LAST_RESORT_MS = 24 * 3_600_000;

/** Runs one command as the spec says: its directory, environment and user. Guards read nothing from stdin. */
export function runAs(
  spec: ExecSpec,
  command: { readonly argv: Argv; readonly stdin?: string | undefined },
  host: HostReader,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { cwd, user, env } = spec;
  const { argv, stdin } = command;
  const request: CommandRequest = {
    argv,
    env,
    timeoutMs: LAST_RESORT_MS,
    ...(cwd === undefined ? {} : { cwd }),
    ...(user === undefined ? {} : { user }),
    ...(stdin === undefined ? {} : { stdin }),
  };
  return host.commands.run(request, signal);
}
