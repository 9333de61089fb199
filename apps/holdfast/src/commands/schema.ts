import { manifestJsonSchema, policyJsonSchema } from "@holdfast/core";
import { createStandardCatalog } from "@holdfast/resources";
import type { CommandOptions } from "./command-options.ts";
import { line } from "../output/text/line.ts";
import type { Surroundings } from "../surroundings.ts";
import { withOutput } from "./with-output.ts";

/** Prints the JSON Schema of manifests, or of policies; it is JSON in every form of output. */
export async function schema(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const isOfPolicy = options.policy !== undefined;
    const data = isOfPolicy ? policyJsonSchema() : manifestJsonSchema(createStandardCatalog());
    output.value(
      JSON.stringify(data, undefined, 2)
        .split("\n")
        .map((text) => line(text)),
      data,
    );
    return "inSync";
  });
}
