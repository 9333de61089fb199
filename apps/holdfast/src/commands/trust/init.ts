import { createTrustListFile } from "@holdfast/agent/trust";
import { Fault } from "@holdfast/core";
import { createTrustList } from "@holdfast/trust";
import { namedPath } from "../../named-path.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { keysIn } from "./key-words.ts";
import { reportUnsigned } from "./report-unsigned.ts";

/** Makes a list of which the roots are known and nobody is trusted yet. */
export async function init(
  [file = ""]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const path = namedPath(file, surroundings);
    const keys = await keysIn(options.rootKey ?? [], surroundings, stop.signal);
    const threshold = thresholdFor(keys.length, options);
    const envelope = createTrustList({ threshold, keys }, options.expires);
    await createTrustListFile({ path, envelope }, surroundings.userId);
    reportUnsigned(output, { path, envelope });
    return "changed";
  });
}

/** How many of several roots sign is for people to decide: one that is lost or stolen must neither stop them nor suffice. */
function thresholdFor(count: number, { threshold = 0 }: CommandOptions): number {
  if (threshold > 0) return threshold;
  if (count === 1) return 1;
  throw new Fault({
    reason: "UsageInvalid",
    message: `there are ${count} roots, and how many of them sign the list is not said`,
    resolution: "Write --threshold COUNT: more than 1, and fewer than there are.",
  });
}
