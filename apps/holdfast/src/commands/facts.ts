import { type Facts, factsJson, type Json } from "@holdfast/core";
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
    output.value(factLines(found), factsJson(found));
    return "inSync";
  });
}

/** What stands alone first, then one line for each of what there are many of, by the name to write in a template. */
function factLines({ interfaces, disks, custom, addresses, stableId, ...plain }: Facts) {
  return [
    ...Object.entries(plain).map(([name, value]) => factLine(name, formatValue(value))),
    ...(addresses.length === 0 ? [] : [factLine("addresses", addresses.join(", "))]),
    ...interfaces.map(({ name, mac, addresses: own }) =>
      factLine(`interfaces ${name}`, `${own.join(", ")} (${mac})`),
    ),
    ...disks.map(({ name, sizeBytes, model }) => {
      const size = `${(sizeBytes / 1e9).toFixed(1)} GB`;
      return factLine(`disks ${name}`, model === undefined ? size : `${size} (${model})`);
    }),
    ...Object.entries(custom).map(([name, value = null]) => customLine(name, value)),
    stableIdLine(stableId),
  ];
}

function customLine(name: string, value: Json): Line {
  return factLine(`custom.${name}`, formatValue(value));
}

/** The identity and where it is from, or what its absence means. */
function stableIdLine(stableId: Facts["stableId"]): Line {
  const words =
    stableId === undefined
      ? "none, so it is in no shard below 100 percent"
      : `${formatValue(stableId.value)} (${stableId.source})`;
  return factLine("stableId", words);
}

function factLine(name: string, words: string): Line {
  return line(toned("strong", name), `: ${words}`);
}
