import { Fault } from "@holdfast/core";
import type { Subject } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";
import { type ApprovedWork, approvalQuery } from "./judge-action.ts";

/**
 * Uses up the approvals of an action that goes only because of them: durably, before its intent. They are asked for once more,
 * because time has passed since the gate decided. What fails after that needs new ones.
 * @throws {Fault} ApprovalMissing, when there are too few of them by now; LedgerUnavailable. Then nothing may be done.
 */
export async function spendApprovals(
  runtime: Runtime,
  subject: Subject,
  { needed, ...work }: ApprovedWork & { readonly needed: number },
): Promise<void> {
  const { policy, ledger, killed, events } = runtime;
  const query = approvalQuery(runtime, subject, work);
  const { count, by, nonces, refusal } = policy.approvalsOf(query);
  const { id, verb } = query;
  if (count < needed) {
    const why = refusal === undefined ? "" : `: ${refusal}`;
    throw new Fault({
      reason: "ApprovalMissing",
      message: `to ${verb} ${id} is not approved any more${why}`,
      resolution: `Approve it anew: holdfast approve ${id}.`,
    });
  }
  await ledger.spend(nonces, killed);
  events({ type: "approval", what: "used", id, verb, by });
}
