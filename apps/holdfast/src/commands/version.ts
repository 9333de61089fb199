import type { CommandOptions } from "./command-options.ts";
import type { Surroundings } from "../surroundings.ts";
import { VERSION } from "../version-number.ts";
import { withOutput } from "./with-output.ts";

/** Prints the version. */
export async function version(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    output.value([[{ text: `holdfast ${VERSION}` }]], { version: VERSION });
    return "inSync";
  });
}
