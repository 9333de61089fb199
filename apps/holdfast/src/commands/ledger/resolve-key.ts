import { API_VERSION, Fault } from "@holdfast/core";
import { line } from "../../output/text/line.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { askServing } from "../control/ask-serving.ts";
import { withOutput } from "../with-output.ts";

/**
 * Settles a one-shot that was cut off: `--done` when it took effect, `--again` when it did not; with `--lost` all that the
 * ledger has lost. The agent that serves does it; where none does, it is written into the ledger.
 */
export async function resolveKey(
  [key]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const as = outcomeOf(options);
    refuseUnclear(key, options);
    using stop = listenForStop();
    const body = key === undefined ? { lost: true, as } : { key, as };
    const question = { method: "POST", path: "/ledger/resolve", body } as const;
    const answer = await askServing(question, { options, surroundings }, stop.signal);
    if (answer === undefined) {
      const { openIdleAgent } = await import("../open-agent.ts");
      const { events } = output;
      await using agent = await openIdleAgent({ options, surroundings, events }, stop.signal);
      await agent.resolveKey({ key, as }, stop.signal);
    }
    const what = key ?? "what the ledger has lost";
    const words = as === "done" ? "is done" : "will run again";
    output.value([line(`${what} ${words}`)], { apiVersion: API_VERSION, ...body });
    return "inSync";
  });
}

function outcomeOf({ done = false, again = false }: CommandOptions): "done" | "again" {
  if (done !== again) return done ? "done" : "again";
  throw new Fault({
    reason: "UsageInvalid",
    message: done
      ? "--done and --again contradict each other"
      : "neither --done nor --again was given",
    resolution: "Check whether it took effect; then give --done if it did, --again if it did not.",
  });
}

function refuseUnclear(key: string | undefined, { lost = false }: CommandOptions): void {
  if ((key !== undefined) !== lost) return;
  throw new Fault({
    reason: "UsageInvalid",
    message: lost ? "a key and --lost contradict each other" : "no key was given",
    resolution: "Name the key that is in doubt, or give --lost for all that the ledger has lost.",
  });
}
