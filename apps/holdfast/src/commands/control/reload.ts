import { textIn } from "@holdfast/agent/control";
import { API_VERSION } from "@holdfast/core";
import { line } from "../../output/text/line.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { openClient } from "./open-client.ts";

/** A blueprint is compiled with a deadline of its own, and another reload may be before this one. */
const DEADLINE_MS = 120_000;

/** Has the agent that serves read its source again; with a broken source it fails, and the agent keeps the good one. */
export async function reload(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    output.busy("the agent reads its source");
    const question = { method: "POST", path: "/reload", deadlineMs: DEADLINE_MS } as const;
    const answer = await openClient(options, surroundings).ask(question, stop.signal);
    const [resources, generation] = [textIn(answer["resources"]), textIn(answer["generation"])];
    output.value([line(`reloaded: ${resources} resources, generation ${generation}`)], {
      apiVersion: API_VERSION,
      ...answer,
    });
    return "inSync";
  });
}
