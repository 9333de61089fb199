import { Fault, type FaultReason } from "@holdfast/core";

/**
 * Everything that an envelope can be refused for, with what to do about it. The reasons are those of faults; the table in
 * docs/guide/trust.md has a row for each.
 */
export const REFUSALS = {
  ApprovalMissing: "Have it approved by somebody whose role covers it.",
  EnvelopeMalformed: "Get it again from its author, or have it made anew.",
  EnvelopeTypeWrong: "Give an envelope that was made for this.",
  TrustListMissing: "Make a trust list with holdfast trust init, sign it, and install it.",
  TrustListExpired: "Have the roots sign a list that is valid for longer.",
  TrustListRolledBack: "Give the newest list; what an older one allowed may have been taken back.",
  TrustListForked: "Ask the roots which of the two is theirs; a changed list has a higher version.",
  SignersTooFew: "Have others sign it too.",
  SignerRepeated: "Have another person sign it: a key counts once.",
  SignerUnknown: "Sign with a key that the trust list names, or have the roots add this one.",
  SignerRevoked: "Sign with another key, and find out who used this one.",
  SignerNotValidNow: "Sign with a key whose time has come and is not over.",
  SignerNotAllowed: "Have it signed by somebody whose role covers it.",
  SignatureInvalid: "It was changed since it was signed: have it made anew.",
  ApprovalForOtherAgent: "Approve what this agent plans.",
  ApprovalForOtherLineage: "Approve anew: the ledger is another one since.",
  ApprovalForOtherAction: "Approve the action as it is planned now.",
  ApprovalOutdated: "Plan again, and approve that plan: what it was made from has changed.",
  ApprovalNotYetValid: "Wait until it is valid; check the clock of this machine.",
  ApprovalExpired: "Approve anew; check the clock of this machine.",
  ApprovalReplayed: "Approve anew: an approval is used once.",
} as const satisfies Partial<Record<FaultReason, string>>;

/** Why an envelope is refused. */
export type RefusalReason = keyof typeof REFUSALS;

/** A refusal. Its fault says which, why, and what to do; it is never retried by itself. */
export interface Refused {
  readonly type: "refused";
  readonly reason: RefusalReason;
  readonly fault: Fault;
}

/** Refuses for a reason; `message` is what was found, one sentence with the names in it. */
export function refuse(reason: RefusalReason, message: string): Refused {
  const fault = new Fault({ reason, message, resolution: REFUSALS[reason] });
  return { type: "refused", reason, fault };
}
