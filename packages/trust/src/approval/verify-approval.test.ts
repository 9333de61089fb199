import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { FAULT_REASONS, resourceId } from "@holdfast/core";
import { type Envelope, parseEnvelope, printEnvelope } from "../envelope/envelope.ts";
import { type RefusalReason, REFUSALS } from "../refusal.ts";
import { securityKey } from "../testing/sample-keys.ts";
import {
  APPROVAL,
  approvalText,
  DIGEST,
  KEYS,
  LIST,
  NOW_MS,
  QUESTION,
} from "../testing/sample-trust.ts";
import { APPROVAL_TYPE } from "./approval.ts";
import { type ApprovalQuestion, verifyApproval } from "./verify-approval.ts";

/** One row of the matrix: what is wrong, the envelope, and what the agent asks. */
interface Row {
  readonly wrong: string;
  readonly reason: RefusalReason;
  readonly text: () => Promise<string | undefined>;
  readonly question?: Partial<ApprovalQuestion>;
}

const good = () => approvalText();

const ROWS: readonly Row[] = [
  { wrong: "no approval", reason: "ApprovalMissing", text: async () => undefined },
  {
    wrong: "an unknown key",
    reason: "SignerUnknown",
    text: () => approvalText({}, [KEYS.anna, KEYS.outsider]),
  },
  {
    wrong: "a root key that has no role",
    reason: "SignerUnknown",
    text: () => approvalText({}, [KEYS.anna, KEYS.root]),
  },
  {
    wrong: "a revoked key",
    reason: "SignerRevoked",
    text: () => approvalText({}, [KEYS.anna, KEYS.revoked]),
  },
  {
    wrong: "a role for other verbs, kinds, names or tags",
    reason: "SignerNotAllowed",
    text: () => approvalText({}, [KEYS.anna, KEYS.reader]),
  },
  {
    wrong: "a role for another agent",
    reason: "SignerNotAllowed",
    text: () => approvalText({}, [KEYS.anna, KEYS.neighbour]),
  },
  {
    wrong: "a key whose time is over",
    reason: "SignerNotValidNow",
    text: () => approvalText({}, [KEYS.anna, KEYS.former]),
  },
  {
    wrong: "a key whose time has not come",
    reason: "SignerNotValidNow",
    text: () => approvalText({}, [KEYS.anna, KEYS.future]),
  },
  {
    wrong: "another agent",
    reason: "ApprovalForOtherAgent",
    text: () => approvalText({ agent: "web2" }),
  },
  {
    wrong: "another lineage",
    reason: "ApprovalForOtherLineage",
    text: () => approvalText({ lineage: "0".repeat(32) }),
  },
  {
    wrong: "another digest of the action",
    reason: "ApprovalForOtherAction",
    text: good,
    question: { action: { ...QUESTION.action, digest: DIGEST.other } },
  },
  {
    wrong: "another resource with that digest",
    reason: "ApprovalForOtherAction",
    text: good,
    question: { action: { ...QUESTION.action, id: resourceId("directory", "/srv/new") } },
  },
  {
    wrong: "another verb with that digest",
    reason: "ApprovalForOtherAction",
    text: good,
    question: { action: { ...QUESTION.action, verb: "update" } },
  },
  {
    wrong: "planned from something else",
    reason: "ApprovalOutdated",
    text: good,
    question: { planned: DIGEST.other },
  },
  {
    wrong: "expired",
    reason: "ApprovalExpired",
    text: good,
    question: { nowMs: APPROVAL.expiresMs },
  },
  {
    wrong: "not yet valid",
    reason: "ApprovalNotYetValid",
    text: good,
    question: { nowMs: APPROVAL.notBeforeMs - 1 },
  },
  {
    wrong: "a nonce that was used",
    reason: "ApprovalReplayed",
    text: good,
    question: { isSpent: (nonce) => nonce === `${APPROVAL.nonce}.0` },
  },
  { wrong: "cut off", reason: "EnvelopeMalformed", text: async () => (await good()).slice(0, -9) },
  { wrong: "empty", reason: "EnvelopeMalformed", text: async () => "" },
  {
    wrong: "a field twice",
    reason: "EnvelopeMalformed",
    text: async () => (await good()).replace("{", '{"payloadType":"x",'),
  },
  {
    wrong: "a flipped bit of the payload",
    reason: "SignatureInvalid",
    text: () => flipped("payload"),
  },
  {
    wrong: "a flipped bit of a signature",
    reason: "SignatureInvalid",
    text: () => flipped("signature"),
  },
  {
    wrong: "another type of payload",
    reason: "EnvelopeTypeWrong",
    text: async () => (await good()).replace("approval+json", "manifest+json"),
  },
  { wrong: "two signatures of one key", reason: "SignerRepeated", text: () => signedTwice() },
  {
    wrong: "one signature where two are needed",
    reason: "SignersTooFew",
    text: () => approvalText({}, [KEYS.anna]),
  },
  { wrong: "no signature", reason: "SignersTooFew", text: () => approvalText({}, []) },
  {
    wrong: "a security key that nobody touched",
    reason: "SignatureInvalid",
    text: () => approvalText({}, [KEYS.anna, securityKey("chris", 0)]),
  },
  {
    wrong: "no trust list",
    reason: "TrustListMissing",
    text: good,
    question: { trustList: undefined },
  },
  {
    wrong: "a trust list that has expired",
    reason: "TrustListExpired",
    text: good,
    question: { trustList: { ...LIST, expiresMs: NOW_MS } },
  },
];

async function parsedGood(): Promise<Envelope> {
  const parsed = parseEnvelope(await good(), APPROVAL_TYPE);
  assert.ok(parsed.type === "parsed");
  return parsed.envelope;
}

async function flipped(part: "payload" | "signature"): Promise<string> {
  const envelope = await parsedGood();
  const [first, ...others] = envelope.signatures;
  assert.ok(first !== undefined);
  if (part === "payload") return printEnvelope({ ...envelope, payload: flip(envelope.payload) });
  const signatures = [{ ...first, signature: flip(first.signature) }, ...others];
  return printEnvelope({ ...envelope, signatures });
}

function flip(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[40] = (copy[40] ?? 0) ^ 1;
  return copy;
}

async function signedTwice(): Promise<string> {
  const envelope = await parsedGood();
  const [first] = envelope.signatures;
  assert.ok(first !== undefined);
  return printEnvelope({ ...envelope, signatures: [first, first] });
}

suite("C6: the matrix of approvals", () => {
  for (const { wrong, reason, text, question } of ROWS) {
    test(`refused as ${reason}: ${wrong}`, async () => {
      const verdict = verifyApproval(await text(), { ...QUESTION, ...question });
      assert.ok(verdict.type === "refused", "it was accepted");
      assert.equal(verdict.reason, reason, verdict.fault.message);
      assert.equal(verdict.fault.reason, reason);
      assert.equal(verdict.fault.retry, "never");
    });
  }

  test("what is right is accepted: by two of three kinds of keys, each action of it once", async () => {
    const pairs = [
      [KEYS.anna, KEYS.ben],
      [KEYS.anna, KEYS.chris],
      [KEYS.ben, KEYS.chris],
    ];
    for (const pair of pairs) {
      const text = await approvalText({}, pair);
      const ids = pair.map(({ key }) => key.id).toSorted();
      const nonce = `${APPROVAL.nonce}.0`;
      const expected = { type: "accepted", keys: ids, nonce, by: "anna@example.org" };
      assert.deepEqual(verifyApproval(text, QUESTION), expected);
      assert.deepEqual(verifyApproval(text.trimEnd(), QUESTION), expected);
    }
    const second = { id: resourceId("file", "/srv/motd"), verb: "update", digest: DIGEST.other };
    const isSpent = (nonce: string) => nonce === `${APPROVAL.nonce}.0`;
    const verdict = verifyApproval(await good(), { ...QUESTION, action: second, isSpent });
    assert.ok(verdict.type === "accepted" && verdict.nonce === `${APPROVAL.nonce}.1`);
  });

  test("a role may ask for more keys than the policy", async () => {
    const keys = LIST.keys.map((each) => ({
      ...each,
      roles: each.roles.map((role) => ({ ...role, threshold: 3 })),
    }));
    const question = { ...QUESTION, threshold: 1, trustList: { ...LIST, keys } };
    const two = verifyApproval(await good(), question);
    assert.ok(two.type === "refused" && two.reason === "SignersTooFew");
    const all = await approvalText({}, [KEYS.anna, KEYS.ben, KEYS.chris]);
    assert.equal(verifyApproval(all, question).type, "accepted");
  });
});

suite("docs/guide/trust.md", () => {
  const guide = readFileSync(new URL("../../../../docs/guide/trust.md", import.meta.url), "utf8");
  const rows = [...guide.matchAll(/^\| ([^|]+?) +\| `(\w+)` +\|/gm)];

  test("its table has a row for each reason, and no other, and says of each what is checked here", () => {
    const documented = new Set(rows.map(([, , reason = ""]) => reason));
    assert.deepEqual([...documented].toSorted(), Object.keys(REFUSALS).toSorted());
    for (const { wrong, reason } of ROWS) {
      const found = rows.some(([, words, named]) => words === wrong && named === reason);
      assert.ok(found, `the row | ${wrong} | \`${reason}\` | is missing`);
    }
  });

  test("every refusal is a fault that waits for a person", () => {
    for (const [reason, { retry }] of Object.entries(FAULT_REASONS)) {
      if (reason in REFUSALS) assert.equal(retry, "never", reason);
    }
  });
});
