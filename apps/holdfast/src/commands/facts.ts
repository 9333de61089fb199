import { readFacts } from "@holdfast/host";
import type { CommandOptions } from "./command-options.ts";
import { line, toned } from "../output/text/line.ts";
import { formatValue } from "../output/text/value.ts";
import type { Surroundings } from "../surroundings.ts";
import { rootOf } from "../root-directory.ts";
import { withOutput } from "./with-output.ts";

/** Prints what is known of this machine: what blueprints branch on. */
export async function facts(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const found = await readFacts({ root: rootOf(options, surroundings) });
    const { stableId, ...plain } = found;
    const data = { ...plain, ...(stableId === undefined ? {} : { stableId: { ...stableId } }) };
    const lines = Object.entries(data).map(([name, value]) =>
      line(toned("strong", name), `: ${formatValue(value)}`),
    );
    output.value(lines, data);
    return "inSync";
  });
}
