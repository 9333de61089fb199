import type { Fault } from "@holdfast/core";
import type { AgentApprovals } from "./agent-approvals.ts";

/** The condition of an agent whose trust list is not followed. */
const TRUST_SUBJECT = "trust";

/** An agent that publishes what is not well around it, by subject. */
interface Publishing {
  setCondition(subject: string, fault: Fault | undefined): void;
}

/** Reports whether the trust list was followed when it was read: that it is well again only after it was not. */
export function reportTrust(
  { condition, wasRefused }: Pick<AgentApprovals, "condition" | "wasRefused">,
  agent: Publishing,
): void {
  if (condition !== undefined || wasRefused) agent.setCondition(TRUST_SUBJECT, condition);
}
