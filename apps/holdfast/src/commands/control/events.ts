import {
  listIn,
  objectIn,
  textIn,
  type ControlClient,
  type SentEvent,
} from "@holdfast/agent/control";
import { Fault, type FaultReason, type JsonObject } from "@holdfast/core";
import type { Output } from "../../output/output.ts";
import { rootOf } from "../../root-directory.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { eventLines } from "./event-lines.ts";
import { followEvents } from "./follow-events.ts";
import { openClient } from "./open-client.ts";

/**
 * Prints the events that the agent that serves still knows; with `--follow` also those that come, until it stops. Where no
 * agent serves, and with `--since` or `--limit`, the event log is read. With `--verify` it is checked.
 */
export async function events(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    refuseContradictions(options);
    const root = rootOf(options, surroundings);
    const { expectHead: expectedHead } = options;
    if (options.verify === true || expectedHead !== undefined) {
      const { verifyEvents } = await import("./verify-events.ts");
      return await verifyEvents({ root, expectedHead }, output, stop.signal);
    }
    const client = openClient(options, surroundings);
    const known = isOfThePast(options)
      ? undefined
      : await askKept(client, options.follow === true, stop.signal);
    for (const event of known ?? (await readPast(root, options, stop.signal))) {
      print(output, objectIn(event["data"] ?? event));
    }
    if (options.follow !== true) return "inSync";
    const { realClock: clock } = await import("@holdfast/host");
    const lastId = textIn(known?.at(-1)?.["id"]) || undefined;
    for await (const event of followEvents({ client, clock, lastId }, stop.signal)) {
      print(output, dataOf(event));
    }
    return "inSync";
  });
}

/** The events that the agent keeps; `undefined` when none serves and the log is to be read. */
async function askKept(client: ControlClient, mustServe: boolean, signal: AbortSignal) {
  try {
    const kept = await client.ask({ method: "GET", path: "/events/kept" }, signal);
    return listIn(kept["events"]);
  } catch (error) {
    if (!mustServe && error instanceof Fault && UNANSWERED.has(error.reason)) return undefined;
    throw error;
  }
}

/** No agent can be asked, and the log can be read. */
const UNANSWERED: ReadonlySet<FaultReason> = new Set(["AgentNotRunning", "ControlUnavailable"]);

/** As many as an agent that serves keeps. */
const DEFAULT_LIMIT = 1_024;

async function readPast(root: string, { since, limit }: CommandOptions, signal: AbortSignal) {
  const { lastRecords } = await import("@holdfast/agent/records");
  const from = since === undefined ? {} : { sinceMs: since };
  return await lastRecords({ root }, { limit: limit ?? DEFAULT_LIMIT, ...from }, signal);
}

function isOfThePast({ since, limit }: CommandOptions): boolean {
  return since !== undefined || limit !== undefined;
}

function refuseContradictions(options: CommandOptions): void {
  if (options.follow !== true || !isOfThePast(options)) return;
  throw new Fault({
    reason: "UsageInvalid",
    message: "--follow and --since or --limit contradict each other",
    resolution: "Read the past without --follow; then follow what comes.",
  });
}

/** A gap carries no type of its own in its data. */
function dataOf({ type, data }: SentEvent): JsonObject {
  return { type, ...data };
}

function print(output: Output, data: JsonObject): void {
  output.value(eventLines(data), data);
}
