import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { openClient } from "./open-client.ts";
import { whyLines } from "./why-lines.ts";

/** Asks the agent that serves why a resource is as it is: what asked for the last runs, what they found, what comes next. */
export async function why(
  [id = ""]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const path = `/resources/${encodeURIComponent(id)}/why`;
    const answer = await openClient(options, surroundings).ask(
      { method: "GET", path },
      stop.signal,
    );
    output.value(whyLines(answer, { isVerbose: options.verbose ?? false }), answer);
    return "inSync";
  });
}
