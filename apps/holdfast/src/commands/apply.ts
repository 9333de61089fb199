import type { CommandOptions } from "./command-options.ts";
import { endingOfResults } from "../exit-code.ts";
import { listenForStop } from "../stop-signals.ts";
import type { Surroundings } from "../surroundings.ts";
import { openCommandAgent } from "./open-agent.ts";
import { withOutput } from "./with-output.ts";

/** Makes this machine as declared, once. */
export async function apply(
  [path]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const { events } = output;
    output.busy("reading the source");
    await using agent = await openCommandAgent(
      { path, options, surroundings, intends: "write", events },
      stop.signal,
    );
    const report = await agent.apply(stop.signal);
    output.report(report);
    return endingOfResults(report.summary);
  });
}
