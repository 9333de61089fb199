import {
  listIn,
  objectIn,
  textIn,
  type ControlClient,
  type SentEvent,
} from "@holdfast/agent/control";
import type { JsonObject } from "@holdfast/core";
import type { Output } from "../../output/output.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { eventLines } from "./event-lines.ts";
import { openClient } from "./open-client.ts";

/** Prints the events that the agent that serves still knows; with `--follow` also those that come, until it stops. */
export async function events(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const client = openClient(options, surroundings);
    const kept = await client.ask({ method: "GET", path: "/events/kept" }, stop.signal);
    const known = listIn(kept["events"]);
    for (const { data } of known) print(output, objectIn(data));
    if (options.follow !== true) return "inSync";
    await follow({ client, output, lastId: textIn(known.at(-1)?.["id"]) }, stop.signal);
    return "inSync";
  });
}

interface Following {
  readonly client: ControlClient;
  readonly output: Output;
  /** Empty when there was no event yet. */
  readonly lastId: string;
}

/**
 * Prints what comes until the agent says that it stopped, or the command is stopped. A connection that was cut is made
 * again from the last event.
 * @throws {Fault} AgentNotRunning, when the agent went away without a word.
 */
async function follow({ client, output, lastId }: Following, signal: AbortSignal): Promise<void> {
  let seen = lastId;
  let hasEnded = false;
  while (!hasEnded && !signal.aborted) {
    try {
      for await (const event of client.follow(seen === "" ? undefined : seen, signal)) {
        print(output, dataOf(event));
        seen = event.id ?? seen;
        hasEnded = event.type === "stopped";
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** A gap carries no type of its own in its data. */
function dataOf({ type, data }: SentEvent): JsonObject {
  return { type, ...data };
}

function print(output: Output, data: JsonObject): void {
  output.value(eventLines(data), data);
}
