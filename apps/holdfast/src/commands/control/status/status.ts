import { API_VERSION } from "@holdfast/core";
import { endingOfResults, type Ending } from "../../exit-code.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { openClient } from "./open-client.ts";
import { type KnownResource, knownResources } from "./known-resource.ts";
import { statusLines } from "./status-lines.ts";

/** Asks the agent that serves how everything is. */
export async function status(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const client = openClient(options, surroundings);
    const ask = (path: string) => client.ask({ method: "GET", path }, stop.signal);
    const [agent, answer] = await Promise.all([ask("/status"), ask("/resources")]);
    const resources = knownResources(answer);
    const { resources: listed } = answer;
    output.value(statusLines(agent, resources), {
      apiVersion: API_VERSION,
      agent,
      resources: listed ?? [],
    });
    return endingOf(resources);
  });
}

/** As an apply that left everything so would end; what is not done yet counts as pending. */
function endingOf(resources: readonly KnownResource[]): Ending {
  const count = (...types: readonly string[]): number =>
    resources.filter(({ type }) => types.includes(type)).length;
  return endingOfResults({
    ok: count("Ready"),
    changed: 0,
    failed: count("Failed", "UnknownKind"),
    skipped: count("Blocked"),
    noop: count("Drifted", "Pending", "Reconciling", "Waiting"),
    denied: count("Denied"),
    unknown: count("Unknown"),
    total: resources.length,
    durationMs: 0,
  });
}
