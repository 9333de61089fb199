import { API_VERSION } from "@holdfast/core";
import { line } from "../../output/text/line.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { askServing } from "../control/ask-serving.ts";
import { idsOf } from "../../named-ids.ts";
import { withOutput } from "../with-output.ts";

type Words = readonly (string | undefined)[];

/** Drops what the ledger remembers of resources: they are as if Holdfast had never seen them. */
export function forget(
  words: Words,
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return letGo("forget", words, { options, surroundings });
}

/** Has resources count as something that was there before Holdfast: no manifest deletes them. */
export function adopt(
  words: Words,
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return letGo("adopt", words, { options, surroundings });
}

/** The agent that serves does it; where none does, it is written into the ledger. The machine is not touched. */
async function letGo(
  as: "forget" | "adopt",
  words: Words,
  asked: { readonly options: CommandOptions; readonly surroundings: Surroundings },
): Promise<number> {
  return await withOutput(asked, async (output) => {
    const ids = idsOf(words);
    using stop = listenForStop();
    const question = { method: "POST", path: `/removal/${as}`, body: { ids } } as const;
    const answer = await askServing(question, asked, stop.signal);
    if (answer === undefined) {
      const { openIdleAgent } = await import("../open-agent.ts");
      const { events } = output;
      await using agent = await openIdleAgent({ ...asked, events }, stop.signal);
      await agent.letGo({ ids, as }, stop.signal);
    }
    const done = as === "forget" ? "is forgotten" : "is adopted";
    const lines = ids.map((id) => line(`${id} ${done}`));
    output.value(lines, { apiVersion: API_VERSION, ids, as });
    return "inSync";
  });
}
