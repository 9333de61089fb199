import { createOwnFile, SecretsKey } from "@holdfast/agent/secrets";
import { API_VERSION } from "@holdfast/core";
import { line } from "../../output/text/line.ts";
import { namedPath } from "../../named-path.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";

/** Makes a key: into a new file that only its owner can read, or onto stdout. */
export async function keygen(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const key = SecretsKey.generate();
    if (options.outFile === undefined) {
      output.value([line(key)], { apiVersion: API_VERSION, key });
      return "inSync";
    }
    const file = namedPath(options.outFile, surroundings);
    await createOwnFile({ path: file, text: `${key}\n`, mode: 0o600, userId: surroundings.userId });
    const published = `${file} holds a new key. Keep a copy elsewhere: without it the secrets are lost.`;
    output.value([line(published)], { apiVersion: API_VERSION, file });
    return "inSync";
  });
}
