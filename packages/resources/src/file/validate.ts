import { Fault, type WriteContext } from "@holdfast/core";
import { toArgv } from "../command/argv.ts";
import { MINIMAL_ENVIRONMENT } from "../command/environment.ts";
import { endOf, lastOutput } from "../command/output.ts";

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
  const command = { argv, env: MINIMAL_ENVIRONMENT, timeoutMs: VALIDATE_TIMEOUT_MS };
  const result = await context.host.commands.run(command, context.signal);
  if (result.exitCode === 0) return;
  throw new Fault({
    reason: "ValidationFailed",
    message: `${argv[0]} refused the new content of ${request.path}: it ${endOf(result)}${lastOutput(result)}`,
    resolution: "Correct the content; the file on disk was not touched.",
  });
}
