import type { EngineEvent, KeptApproval } from "@holdfast/core";
import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions } from "../agent.ts";
import { openAgentRecords } from "../records/agent-records.ts";
import { runName } from "../records/run-name.ts";
import type { GivenApproval } from "./given-approval.ts";
import { takeApproval } from "./take-approval.ts";

/** Keeps an approval in the ledger of an agent that does not serve, and puts it on record. */
export async function approveAlone(
  { options, parts }: { readonly options: AgentOptions; readonly parts: AgentParts },
  given: GivenApproval,
  signal: AbortSignal,
): Promise<KeptApproval> {
  await parts.policy.load(signal);
  const run = runName("approve", parts);
  let tell = (event: EngineEvent): void => options.events(event);
  const events = (event: EngineEvent): void => tell(event);
  await using records = openAgentRecords({ options, parts, command: "approve", run, tell: events });
  tell = (event) => {
    options.events(event);
    records.tell(event);
  };
  return await takeApproval(given, { ...parts, events }, signal);
}
