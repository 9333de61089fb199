import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions } from "../agent.ts";
import type { Tracing } from "./open-tracing.ts";
import { startTracing } from "./start-tracing.ts";

/** Begins to trace the runs of an agent, where an endpoint is configured. */
export function startAgentTracing(
  { tracing, facts, log }: AgentOptions,
  { clock, random }: AgentParts,
): Promise<Tracing | undefined> {
  return startTracing(tracing, { hostName: facts.hostname, clock, random, log });
}
