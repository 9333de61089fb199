import { commandFault, type WriteContext } from "@holdfast/core";
import { toArgv } from "../command/argv.ts";
import { MINIMAL_ENVIRONMENT } from "../command/environment.ts";

const VALIDATE_TIMEOUT_MS = 60_000;

/**
 * Runs the declared check on the new content before it takes its place.
 * @throws {Fault} ValidationFailed, when the check says no; what running a command throws, when it cannot be asked.
 */
export async function validateContent(
  request: {
    readonly path: string;
    readonly validate: readonly string[];
    readonly temporaryPath: string;
  },
  context: WriteContext,
): Promise<void> {
  const argv = toArgv(
    request.validate.map((word) => word.replaceAll("%s", () => request.temporaryPath)),
  );
  const refused = {
    reason: "ValidationFailed",
    message: `the new content of ${request.path} was refused`,
    resolution: "Correct the content; the file on disk was not touched.",
  } as const;
  const query = {
    argv,
    env: MINIMAL_ENVIRONMENT,
    timeoutMs: VALIDATE_TIMEOUT_MS,
    faults: { other: refused },
  };
  const result = await context.host.commands.query(query, context.signal);
  if (result.exitCode !== 0) throw commandFault(query, result);
}
