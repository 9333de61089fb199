/**
 * Who may have what done: Ed25519 keys, envelopes (DSSE) that are signed with them, the list of the keys that an agent trusts
 * with their roles, and approvals of exact actions. It decides and never acts: no clock, no disk and no network is here. The
 * caller gives the time and what was used already, and keeps what must not be forgotten. Whatever is not exactly right is
 * refused, for one reason. One thing starts a program: `sshSigner` has `ssh-keygen` sign.
 */
export { REFUSALS, type RefusalReason, type Refused } from "./refusal.ts";
export {
  KEY_TYPES,
  type KeyId,
  parseKeyId,
  parsePublicKey,
  type PublicKey,
  publicKeyLine,
  shortKeyId,
} from "./keys/public-key.ts";
export { PrivateKey } from "./keys/private-key.ts";
export type { KeySignature, Signer } from "./keys/signer.ts";
export { SSH_NAMESPACE } from "./ssh/ssh-signature.ts";
export { sshSigner, type SshSignerOptions } from "./ssh/ssh-signer.ts";
export {
  createEnvelope,
  type Envelope,
  MOST_ENVELOPE_CHARACTERS,
  parseEnvelope,
  payloadDigest,
  type PayloadType,
  printEnvelope,
  signEnvelope,
} from "./envelope/envelope.ts";
export { readPayload } from "./envelope/read-payload.ts";
export { type KeyStanding, verifyEnvelope } from "./envelope/verify-envelope.ts";
export type { Role } from "./list/role.ts";
export {
  readTrustList,
  type Roots,
  standingIn,
  TRUST_LIST_TYPE,
  trustListEnvelope,
  trustListJson,
  type TrustedKey,
  type TrustList,
} from "./list/trust-list.ts";
export {
  type AcceptedList,
  acceptTrustList,
  isExpired,
  parseTrustAnchor,
  type TrustAnchor,
  trustAnchorJson,
  type TrustListQuestion,
} from "./list/accept-trust-list.ts";
export {
  changeTrustList,
  createTrustList,
  type TrustListChange,
} from "./list/edit-trust-list.ts";
export {
  type Approval,
  APPROVAL_TYPE,
  approvalEnvelope,
  type ApprovedAction,
  parseApproval,
} from "./approval/approval.ts";
export {
  type AcceptedApproval,
  type ApprovalQuestion,
  verifyApproval,
} from "./approval/verify-approval.ts";
