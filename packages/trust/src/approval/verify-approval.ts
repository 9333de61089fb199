import { assert, kindOf } from "@holdfast/core";
import { parseEnvelope } from "../envelope/envelope.ts";
import { verifyEnvelope } from "../envelope/verify-envelope.ts";
import { type KeyId, type PublicKey } from "../keys/public-key.ts";
import { isExpired } from "../list/accept-trust-list.ts";
import { covers, type Role, type RoleQuestion } from "../list/role.ts";
import { standingIn, type TrustedKey, type TrustList } from "../list/trust-list.ts";
import { refuse, type Refused } from "../refusal.ts";
import { type Approval, APPROVAL_TYPE, type ApprovedAction, readApproval } from "./approval.ts";

/** What is to be done, and what this agent knows. */
export interface ApprovalQuestion {
  /** As `acceptTrustList` accepted it; `undefined`: there is none, and nobody can approve. */
  readonly trustList: TrustList | undefined;
  readonly agent: string;
  readonly lineage: string;
  readonly action: ApprovedAction & {
    /** Of the resource. Default: none. */
    readonly tags?: readonly string[];
  };
  /** The digest of what this is planned from. */
  readonly planned: string;
  /** Tells whether the ledger has it that a nonce was used. */
  readonly isSpent: (nonce: string) => boolean;
  /** Wall clock, in milliseconds since 1970. */
  readonly nowMs: number;
  /** So many keys must have signed, at least 1: what the policy asks for. A role may ask for more. */
  readonly threshold: number;
}

/** An approval that counts, once. */
export interface AcceptedApproval {
  readonly type: "accepted";
  readonly keys: readonly KeyId[];
  /**
   * Have it durably in the ledger as spent before the action begins. Each action of an approval has its own, so that all of
   * them can be done, and each once.
   */
  readonly nonce: string;
  /** Who approved, as the envelope says for people. */
  readonly by?: string;
}

/**
 * Decides whether an envelope approves an action. There is one reason for a refusal, the first of this order: what it is,
 * who signed it, what for, when, whether it was used, whether they may.
 */
export function verifyApproval(
  text: string | undefined,
  question: ApprovalQuestion,
): AcceptedApproval | Refused {
  assert(question.threshold >= 1, "an approval needs a signature");
  const { action, trustList, nowMs } = question;
  if (text === undefined)
    return refuse("ApprovalMissing", `to ${action.verb} ${action.id} needs an approval`);
  const parsed = parseEnvelope(text, APPROVAL_TYPE);
  if (parsed.type === "refused") return parsed;
  if (trustList === undefined) return refuse("TrustListMissing", "this agent trusts nobody yet");
  if (isExpired(trustList, nowMs)) {
    return refuse("TrustListExpired", `version ${trustList.version} of the trust list has expired`);
  }
  const verified = verifyEnvelope(parsed.envelope, (id) => standingIn(trustList, id));
  if (verified.type === "refused") return verified;
  const read = readApproval(parsed.envelope);
  if (read.type === "refused") return read;
  const { approval } = read;
  const nonce = nonceFor(approval, action);
  return (
    refuseOther(approval, question) ??
    refuseUntimely(approval, nowMs) ??
    refuseReplay(nonce, question) ??
    refuseUnauthorized(verified.keys, { ...question, trustList }) ??
    accepted(verified.keys, { approval, nonce })
  );
}

/** Another agent, ledger or action than it was made for, or planned from something else. */
function refuseOther(approval: Approval, question: ApprovalQuestion): Refused | undefined {
  const { agent, lineage, action, planned } = question;
  if (approval.agent !== agent) {
    return refuse("ApprovalForOtherAgent", `the approval is for ${approval.agent}, not ${agent}`);
  }
  if (approval.lineage !== lineage) {
    return refuse("ApprovalForOtherLineage", `the approval is for another ledger of ${agent}`);
  }
  if (positionOf(approval, action) < 0) {
    return refuse(
      "ApprovalForOtherAction",
      `to ${action.verb} ${action.id} is not what it approves`,
    );
  }
  if (approval.planned === planned) return undefined;
  return refuse(
    "ApprovalOutdated",
    `${action.id} was planned from something else than is there now`,
  );
}

function refuseUntimely(approval: Approval, nowMs: number): Refused | undefined {
  if (nowMs < approval.notBeforeMs) {
    const seconds = Math.ceil((approval.notBeforeMs - nowMs) / 1_000);
    return refuse("ApprovalNotYetValid", `the approval is valid in ${seconds} s`);
  }
  if (nowMs < approval.expiresMs) return undefined;
  const seconds = Math.floor((nowMs - approval.expiresMs) / 1_000);
  return refuse("ApprovalExpired", `the approval expired ${seconds} s ago`);
}

function refuseReplay(nonce: string, { isSpent, action }: ApprovalQuestion): Refused | undefined {
  if (!isSpent(nonce)) return undefined;
  return refuse("ApprovalReplayed", `the approval to ${action.verb} ${action.id} was used already`);
}

type Trusting = ApprovalQuestion & { readonly trustList: TrustList };

/** All who signed may do so for this action now, and they are enough. */
function refuseUnauthorized(keys: readonly PublicKey[], question: Trusting): Refused | undefined {
  const { trustList, action, nowMs } = question;
  let needed = question.threshold;
  for (const { id } of keys) {
    const trusted = trustList.keys.find(({ key }) => key.id === id);
    assert(trusted !== undefined, "only keys of the list are verified");
    if (!isValidAt(trusted, nowMs)) {
      return refuse("SignerNotValidNow", `the key ${id} is not valid at this time`);
    }
    const least = thresholdOf(trusted.roles, asRoleQuestion(question));
    if (least === undefined) {
      return refuse("SignerNotAllowed", `no role of ${id} covers ${action.verb} of ${action.id}`);
    }
    needed = Math.max(needed, least);
  }
  if (keys.length >= needed) return undefined;
  return refuse("SignersTooFew", `${keys.length} of ${needed} keys that are needed have signed`);
}

function accepted(
  keys: readonly PublicKey[],
  { approval, nonce }: { readonly approval: Approval; readonly nonce: string },
): AcceptedApproval {
  const by = approval.by === undefined ? {} : { by: approval.by };
  return { type: "accepted", keys: keys.map(({ id }) => id), nonce, ...by };
}

function isValidAt({ notBeforeMs = 0, notAfterMs = Infinity }: TrustedKey, nowMs: number): boolean {
  return notBeforeMs <= nowMs && nowMs < notAfterMs;
}

/** The fewest keys that a role which covers the action asks for; `undefined` when none covers it. */
function thresholdOf(roles: readonly Role[], question: RoleQuestion): number | undefined {
  const thresholds = roles
    .filter((role) => covers(role, question))
    .map(({ threshold = 1 }) => threshold);
  return thresholds.length === 0 ? undefined : Math.min(...thresholds);
}

function asRoleQuestion({ agent, action }: ApprovalQuestion): RoleQuestion {
  const { id, verb, tags = [] } = action;
  const kind = kindOf(id);
  return { agent, verb, kind, name: id.slice(kind.length + 1), tags };
}

function nonceFor(approval: Approval, action: ApprovedAction): string {
  return `${approval.nonce}.${positionOf(approval, action)}`;
}

function positionOf({ actions }: Approval, { id, verb, digest }: ApprovedAction): number {
  return actions.findIndex(
    (each) => each.id === id && each.verb === verb && each.digest === digest,
  );
}
