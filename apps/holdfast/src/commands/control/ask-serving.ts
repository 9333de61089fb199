import type { Question } from "@holdfast/agent/control";
import { Fault, type JsonObject } from "@holdfast/core";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { openClient } from "./open-client.ts";

/** The root that a command line is about. */
export interface AskedRoot {
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  /** What is asked can be found out without the agent too, also where there is one that cannot be asked. Default false. */
  readonly canDoWithout?: boolean;
}

/**
 * Asks the agent that serves a root.
 * @returns `undefined` when there is none.
 * @throws {Fault} what the client throws.
 */
export async function askServing(
  question: Question,
  { options, surroundings, canDoWithout = false }: AskedRoot,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  try {
    return await openClient(options, surroundings).ask(question, signal);
  } catch (error) {
    const reason = error instanceof Fault ? error.reason : undefined;
    if (reason === "AgentNotRunning") return undefined;
    if (reason === "ControlUnavailable" && canDoWithout) return undefined;
    throw error;
  }
}

/** Some options are about reading a source or working on it: an agent that serves has its own. */
export function needsOwnAgent(options: CommandOptions): boolean {
  const { param, params, mode, rootExec, parallel, resourceTimeout, maxRetries, policy } = options;
  const given = [param, params, mode, rootExec, parallel, resourceTimeout, maxRetries, policy];
  return given.some((value) => value !== undefined);
}
