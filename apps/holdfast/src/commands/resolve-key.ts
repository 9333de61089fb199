import { API_VERSION, Fault } from "@holdfast/core";
import type { CommandOptions } from "./command-options.ts";
import { line } from "../output/text/line.ts";
import type { Surroundings } from "../surroundings.ts";
import { openIdleAgent } from "./open-agent.ts";
import { withOutput } from "./with-output.ts";

/** Settles a one-shot that was cut off: `--done` when it took effect, `--again` when it did not. */
export async function resolveKey(
  [key = ""]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const outcome = outcomeOf(options);
    const { signal } = new AbortController();
    const { events } = output;
    await using agent = await openIdleAgent({ options, surroundings, events }, signal);
    await agent.resolveKey(key, outcome, signal);
    const words = outcome === "done" ? "is done" : "will run again";
    output.value([line(`${key} ${words}`)], { apiVersion: API_VERSION, key, outcome });
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
    resolution: "Look whether it took effect; then give --done if it did, --again if it did not.",
  });
}
