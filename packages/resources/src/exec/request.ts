import type { CommandQuery } from "@holdfast/core";
import type { Argv } from "../command/argv.ts";
import type { ExecSpec } from "./spec.ts";

/**
 * The bound of last resort. The timeout of the resource, which its author can set, ends a command long before: it
 * aborts the signal, and the host then ends everything that the command started.
 */
const LAST_RESORT_MS = 24 * 3_600_000;

/** One command as the spec says: its directory, environment and user. Guards read nothing from stdin. */
export function requestOf(spec: ExecSpec, argv: Argv, stdin?: string): CommandQuery {
  const { cwd, user, env } = spec;
  return {
    argv,
    env,
    timeoutMs: LAST_RESORT_MS,
    hasOutputInFaults: true,
    ...(cwd === undefined ? {} : { cwd }),
    ...(user === undefined ? {} : { user }),
    ...(stdin === undefined ? {} : { stdin }),
  };
}
