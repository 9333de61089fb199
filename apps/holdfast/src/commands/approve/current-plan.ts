import { planIn } from "@holdfast/agent/control";
import type { Plan } from "@holdfast/core";
import { askServing } from "../control/ask-serving.ts";
import type { Approving } from "./approving.ts";

/** What would be done now, by the agent that serves, or else by what is declared in a source. */
export async function currentPlan(
  { options, surroundings, output }: Approving,
  signal: AbortSignal,
): Promise<Plan> {
  const asked = { options, surroundings };
  if (options.source === undefined) {
    const answer = await askServing({ method: "GET", path: "/plan" }, asked, signal);
    if (answer !== undefined) return planIn(answer);
  }
  const { openCommandAgent } = await import("../open-agent.ts");
  const { events } = output;
  const given = { ...asked, path: options.source, intends: "read", events } as const;
  await using agent = await openCommandAgent(given, signal);
  return await agent.plan(signal);
}
