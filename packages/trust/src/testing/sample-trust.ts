import { resourceId } from "@holdfast/core";
import { type Approval, approvalEnvelope } from "../approval/approval.ts";
import type { ApprovalQuestion } from "../approval/verify-approval.ts";
import { type Envelope, printEnvelope, signEnvelope } from "../envelope/envelope.ts";
import type { Role } from "../list/role.ts";
import type { TrustList } from "../list/trust-list.ts";
import { plainKey, type SampleKey, securityKey, sshKey } from "./sample-keys.ts";

/** The time of samples: wall clock, in milliseconds. */
export const NOW_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

/** The keys of samples: three that may approve, and one for each thing that can be wrong with one. */
export const KEYS = {
  root: plainKey("root"),
  otherRoot: plainKey("other root"),
  anna: plainKey("anna"),
  ben: sshKey("ben"),
  chris: securityKey("chris"),
  /** Holds a role for other verbs, kinds, names and tags. */
  reader: plainKey("reader"),
  /** Holds a role for other agents. */
  neighbour: plainKey("neighbour"),
  former: plainKey("former"),
  future: plainKey("future"),
  revoked: plainKey("revoked"),
  outsider: plainKey("outsider"),
} as const;

const FULL: Role = { verbs: ["**"], kinds: ["**"], names: ["**"], agents: ["**"] };
const DELETING: Role = {
  verbs: ["delete", "update"],
  kinds: ["directory", "file"],
  names: ["/srv/**"],
  agents: ["web*"],
};

/** A list that trusts them with what their names say. */
export const LIST: TrustList = {
  version: 3,
  expiresMs: NOW_MS + 1_000 * HOUR_MS,
  roots: { threshold: 1, keys: [KEYS.root.key] },
  keys: [
    ...[KEYS.anna, KEYS.ben, KEYS.chris].map(({ key }) => ({ key, roles: [DELETING] })),
    {
      key: KEYS.reader.key,
      roles: [
        { ...DELETING, verbs: ["create"] },
        { ...DELETING, kinds: ["service"] },
        { ...DELETING, names: ["/etc/**"] },
        { ...DELETING, tags: ["test-*"] },
      ],
    },
    { key: KEYS.neighbour.key, roles: [{ ...FULL, agents: ["db1"] }] },
    { key: KEYS.former.key, roles: [FULL], notAfterMs: NOW_MS },
    { key: KEYS.future.key, roles: [FULL], notBeforeMs: NOW_MS + 1 },
    { key: KEYS.revoked.key, roles: [FULL] },
  ],
  revoked: [{ id: KEYS.revoked.key.id, why: "the laptop was lost" }],
};

/** The digests of samples: not of anything. */
export const DIGEST = { action: "a".repeat(64), planned: "b".repeat(64), other: "c".repeat(64) };

/** An approval that is right for `QUESTION`. */
export const APPROVAL: Approval = {
  agent: "web1",
  lineage: "11112222333344445555666677778888",
  actions: [
    { id: resourceId("directory", "/srv/old"), verb: "delete", digest: DIGEST.action },
    { id: resourceId("file", "/srv/motd"), verb: "update", digest: DIGEST.other },
  ],
  planned: DIGEST.planned,
  nonce: "0123456789abcdef0123456789abcdef",
  notBeforeMs: NOW_MS - HOUR_MS,
  expiresMs: NOW_MS + HOUR_MS,
  by: "anna@example.org",
};

/** What an agent asks of it: two must have signed. */
export const QUESTION: ApprovalQuestion = {
  trustList: LIST,
  agent: APPROVAL.agent,
  lineage: APPROVAL.lineage,
  action: {
    id: resourceId("directory", "/srv/old"),
    verb: "delete",
    digest: DIGEST.action,
    tags: ["data"],
  },
  planned: DIGEST.planned,
  isSpent: () => false,
  nowMs: NOW_MS,
  threshold: 2,
};

/** The envelope with a signature of each. */
export async function signedBy(
  envelope: Envelope,
  signers: readonly Pick<SampleKey, "signer">[],
): Promise<Envelope> {
  let signed = envelope;
  for (const { signer } of signers) {
    signed = await signEnvelope(signed, signer, new AbortController().signal);
  }
  return signed;
}

/** The text of an approval that differs from `APPROVAL` in some fields, signed by some. */
export async function approvalText(
  changes: Partial<Approval> = {},
  signers: readonly SampleKey[] = [KEYS.anna, KEYS.ben],
): Promise<string> {
  return printEnvelope(await signedBy(approvalEnvelope({ ...APPROVAL, ...changes }), signers));
}
