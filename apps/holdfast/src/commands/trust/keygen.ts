import { createKeyPair } from "@holdfast/agent/trust";
import { API_VERSION } from "@holdfast/core";
import { publicKeyLine } from "@holdfast/trust";
import { namedPath } from "../../named-path.ts";
import { line } from "../../output/text/line.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";

const DEFAULT_FILE = "holdfast.key";

/** Makes a key that signs, in a new file that only its owner can read, and prints its public half. */
export async function keygen(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const { outFile = DEFAULT_FILE, comment = "" } = options;
    const path = namedPath(outFile, surroundings);
    const key = await createKeyPair({ path, comment, userId: surroundings.userId });
    const data = { file: path, publicFile: `${path}.pub`, id: key.id, key: publicKeyLine(key) };
    output.value([line(data.key)], { apiVersion: API_VERSION, ...data });
    return "inSync";
  });
}
