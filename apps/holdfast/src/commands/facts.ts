import type { StableId } from "@holdfast/core";
import { readFacts } from "@holdfast/host";
import type { CommandOptions } from "./command-options.ts";
import { type Line, line, toned } from "../output/text/line.ts";
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
    const lines = Object.entries(plain).map(([name, value]) =>
      line(toned("strong", name), `: ${formatValue(value)}`),
    );
    output.value([...lines, stableIdLine(stableId)], data);
    return "inSync";
  });
}

/** The identity and where it is from, or what its absence means. */
function stableIdLine(stableId: StableId | undefined): Line {
  const words =
    stableId === undefined
      ? "none, so it is in no shard below 100 percent"
      : `${formatValue(stableId.value)} (${stableId.source})`;
  return line(toned("strong", "stableId"), `: ${words}`);
}
