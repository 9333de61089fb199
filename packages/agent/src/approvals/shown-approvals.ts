import { type FaultData, type KeptApproval, nonceOf } from "@holdfast/core";
import type { AgentParts } from "../agent-parts.ts";

/** An approval as people see it. */
export interface ShownApproval extends Omit<KeptApproval, "envelope" | "actions"> {
  readonly isSigned: boolean;
  readonly actions: readonly (KeptApproval["actions"][number] & { readonly isUsed: boolean })[];
}

/** The approvals of an agent, and whose count. */
export interface ShownApprovals {
  readonly authority: "rights" | "list" | "nobody";
  /** The version of the trust list, where one is followed. */
  readonly version?: number;
  /** What is wrong with the trust list. */
  readonly fault?: FaultData;
  readonly approvals: readonly ShownApproval[];
}

/** The approvals that were given and are not used up. */
export function shownApprovals({
  approvals: { authority, condition },
  ledger,
}: Pick<AgentParts, "approvals" | "ledger">): ShownApprovals {
  const version = authority.type === "list" ? { version: authority.list.version } : {};
  const fault = condition === undefined ? {} : { fault: condition.toJSON() };
  const approvals = [...ledger.approvals()].map(({ envelope, actions, ...approval }) => ({
    ...approval,
    isSigned: envelope !== undefined,
    actions: actions.map((action, at) => {
      const nonce = nonceOf(approval, at);
      return { ...action, isUsed: ledger.isSpent({ nonce, expiresMs: approval.expiresMs }) };
    }),
  }));
  return { authority: authority.type, ...version, ...fault, approvals };
}
