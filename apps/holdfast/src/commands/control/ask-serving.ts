import type { Question } from "@holdfast/agent/control";
import { Fault, type JsonObject } from "@holdfast/core";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { openClient } from "./open-client.ts";

/** The root that a command line is about. */
export interface AskedRoot {
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
}

/**
 * Asks the agent that serves a root.
 * @returns `undefined` when none does.
 * @throws {Fault} what the client throws.
 */
export async function askServing(
  question: Question,
  { options, surroundings }: AskedRoot,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  try {
    return await openClient(options, surroundings).ask(question, signal);
  } catch (error) {
    if (error instanceof Fault && error.reason === "AgentNotRunning") return undefined;
    throw error;
  }
}

/** Some options are about reading a source or working on it: an agent that serves has its own. */
export function needsOwnAgent(options: CommandOptions): boolean {
  const { param, params, mode, rootExec, parallel, resourceTimeout, maxRetries } = options;
  const given = [param, params, mode, rootExec, parallel, resourceTimeout, maxRetries];
  return given.some((value) => value !== undefined);
}
