import { type ApprovalQuery, Fault, type JsonObject, type KeptApproval } from "@holdfast/core";
import {
  acceptTrustList,
  type Approval,
  type ApprovalQuestion,
  parseApproval,
  parseTrustAnchor,
  type TrustAnchor,
  trustAnchorJson,
  type TrustList,
  verifyApproval,
} from "@holdfast/trust";
import { readTrustListFile } from "../trust/trust-list-file.ts";

/** Where a trust list is read, and what is known of the one before it. */
export interface TrustListPlace {
  /** Absolute. */
  readonly path: string;
  readonly userId: number | undefined;
  /** What the ledger keeps of the list that was accepted last; `undefined`: this is the first. */
  readonly anchor: JsonObject | undefined;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: number;
}

/** A list that is followed from now on. */
export interface FollowedList {
  readonly list: TrustList;
  /** To be durable before the list is used. `undefined`: it is the same as before. */
  readonly anchor: JsonObject | undefined;
}

/** Signed approvals that count, or why they do not. */
export type SignedVerdict =
  | { readonly type: "accepted"; readonly keys: readonly string[]; readonly nonce: string }
  | { readonly type: "refused"; readonly fault: Fault };

/** What is known besides what an approval says. */
export type SignedQuestion = Pick<ApprovalQuestion, "trustList" | "agent" | "lineage" | "nowMs"> & {
  readonly action: Omit<ApprovalQuery, "planned">;
  readonly planned: string;
  readonly isSpent: (nonce: string, expiresMs: number) => boolean;
};

/**
 * Reads the trust list of an agent.
 * @throws {Fault} TrustListRolledBack and the other reasons of a list that is not followed; what reading it throws.
 */
export async function followTrustList(
  { path, userId, anchor: kept, nowMs }: TrustListPlace,
  signal: AbortSignal,
): Promise<FollowedList> {
  const anchor = kept === undefined ? undefined : anchorOf(kept);
  const { text } = await readTrustListFile(path, userId, signal);
  const accepted = acceptTrustList(text, { anchor, nowMs });
  if (accepted.type === "refused") throw accepted.fault;
  const isNew = accepted.anchor.digest !== anchor?.digest;
  return { list: accepted.list, anchor: isNew ? trustAnchorJson(accepted.anchor) : undefined };
}

/** Verifies an envelope for one action, at this moment. Whether enough people signed is for policy to say. */
export function verifySigned(text: string, question: SignedQuestion): SignedVerdict {
  const parsed = parseApproval(text);
  if (parsed.type === "refused") return parsed;
  const { expiresMs } = parsed.approval;
  const { isSpent, ...rest } = question;
  return verifyApproval(text, {
    ...rest,
    isSpent: (nonce) => isSpent(nonce, expiresMs),
    threshold: 1,
  });
}

/**
 * Reads an envelope as it is kept. Nothing of it is verified yet.
 * @throws {Fault} EnvelopeMalformed, EnvelopeTypeWrong.
 */
export function keptEnvelope(text: string): KeptApproval {
  const parsed = parseApproval(text);
  if (parsed.type === "refused") throw parsed.fault;
  const { approval, envelope } = parsed;
  const signers = envelope.signatures.map(({ keyId }) => keyId);
  return { ...essenceOf(approval), by: signers.join(" and "), envelope: text };
}

function essenceOf({ nonce, expiresMs, planned, actions }: Approval) {
  return { nonce, expiresMs, planned, actions };
}

/** @throws {Fault} TrustListMissing: what cannot be read is not taken for nothing. */
function anchorOf(kept: JsonObject): TrustAnchor {
  const anchor = parseTrustAnchor(kept);
  if (anchor !== undefined) return anchor;
  throw new Fault({
    reason: "TrustListMissing",
    message: "what the ledger keeps of the trust list cannot be read, so that none is followed",
    resolution: "Use the holdfast that wrote the ledger, or a newer one.",
  });
}
