import type { CommandOptions } from "./command-options.ts";
import { endingOfPlan } from "../exit-code.ts";
import type { Surroundings } from "../surroundings.ts";
import { openCommandAgent } from "./open-agent.ts";
import { withOutput } from "./with-output.ts";

/** Shows what would change, and writes nothing. */
export async function plan(
  [path]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const { signal } = new AbortController();
    const { events } = output;
    output.busy("reading the source");
    await using agent = await openCommandAgent(
      { path, options, surroundings, intends: "read", events },
      signal,
    );
    const found = await agent.plan(signal);
    output.plan(found);
    return endingOfPlan(found);
  });
}
