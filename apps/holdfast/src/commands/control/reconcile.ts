import { textIn } from "@holdfast/agent/control";
import { API_VERSION } from "@holdfast/core";
import { line } from "../../output/text/line.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { openClient } from "./open-client.ts";

/** Asks the agent that serves to observe one resource now, or all of them. It does not wait for the result. */
export async function reconcile(
  [id]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const path = id === undefined ? "/reconcile" : `/reconcile/${encodeURIComponent(id)}`;
    const client = openClient(options, surroundings);
    const answer = await client.ask({ method: "POST", path }, stop.signal);
    const what = id ?? `${textIn(answer["asked"])} resources`;
    output.value([line(`asked the agent to observe ${what}`)], {
      apiVersion: API_VERSION,
      ...answer,
    });
    return "inSync";
  });
}
