import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalText, resourceId } from "@holdfast/core";
import { type RefusalReason, REFUSALS } from "../refusal.ts";
import { securityKey, type SampleKey } from "../testing/sample-keys.ts";
import { APPROVAL, approvalText, DIGEST, KEYS, NOW_MS, QUESTION } from "../testing/sample-trust.ts";
import type { Approval } from "./approval.ts";
import { verifyApproval } from "./verify-approval.ts";

/** The whole of it: `npm run test:long`. */
const RUNS = process.env["HOLDFAST_TEST_SEEDS"] === "all" ? 100_000 : 3_000;

/** Right envelopes, by each pair of the three kinds of keys. */
const GOOD = await Promise.all([
  approvalText({}, [KEYS.anna, KEYS.ben]),
  approvalText({}, [KEYS.anna, KEYS.chris]),
  approvalText({}, [KEYS.ben, KEYS.chris]),
]);
/** Envelopes signed by real keys about something else, whose parts are put into right ones. */
const DONORS = [
  ...GOOD,
  await approvalText({ agent: "web2" }),
  await approvalText({ expiresMs: APPROVAL.expiresMs + 1 }, [KEYS.ben, KEYS.chris]),
  await approvalText({}, [KEYS.neighbour, KEYS.revoked]),
  await approvalText({}, [KEYS.reader, KEYS.former]),
];

/** An envelope as its JSON has it. */
interface Written {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

function read(text: string): Written {
  return JSON.parse(text) as Written;
}

function print(written: Written): string {
  return `${canonicalText({ ...written, signatures: written.signatures.map((each) => ({ ...each })) })}\n`;
}

const good = fc.constantFrom(...GOOD);
const at = fc.nat({ max: 4_000 });

/** Bytes of the text: a bit, a cut, something put in, something taken out or said twice. */
const bytes = fc
  .tuple(
    good,
    fc.constantFrom("flip", "cut", "insert", "remove", "repeat"),
    at,
    fc.nat({ max: 255 }),
  )
  .map(([text, how, where, byte]) => {
    const content = Buffer.from(text);
    const position = where % content.length;
    const [before, after] = [content.subarray(0, position), content.subarray(position)];
    const changed = {
      flip: () =>
        Buffer.concat([before, Buffer.of((after[0] ?? 0) ^ (1 << (byte % 8))), after.subarray(1)]),
      cut: () => before,
      insert: () => Buffer.concat([before, Buffer.of(byte), after]),
      remove: () => Buffer.concat([before, after.subarray(1 + (byte % 40))]),
      repeat: () => Buffer.concat([before, after.subarray(0, 1 + byte), after]),
    }[how]();
    return changed.toString("utf8");
  });

/** Bits inside payload and signatures: the envelope around them is well-formed. */
const insides = fc
  .tuple(good, fc.nat({ max: 2 }), at, fc.nat({ max: 7 }))
  .map(([text, part, where, bit]) => {
    const written = read(text);
    const flipped = (base64: string): string => {
      const content = Buffer.from(base64, "base64");
      const position = where % content.length;
      content[position] = (content[position] ?? 0) ^ (1 << bit);
      return content.toString("base64");
    };
    if (part === 2) return print({ ...written, payload: flipped(written.payload) });
    const signatures = written.signatures.map((each, index) =>
      index === part ? { ...each, sig: flipped(each.sig) } : each,
    );
    return print({ ...written, signatures });
  });

/** Fields of an approval that is well-formed, under signatures that were made for another. */
const fields = fc
  .tuple(
    good,
    fc.constantFrom<readonly [keyof Approval, Approval[keyof Approval]]>(
      ["agent", "web2"],
      ["lineage", "0".repeat(32)],
      ["planned", DIGEST.other],
      ["nonce", "f".repeat(32)],
      ["notBeforeMs", 0],
      ["expiresMs", NOW_MS * 2],
      ["by", "ben"],
      ["actions", [...APPROVAL.actions, ...APPROVAL.actions]],
      ["actions", [{ ...QUESTION.action, digest: DIGEST.action, id: resourceId("file", "/x") }]],
    ),
  )
  .map(([text, [field, value]]) => {
    const written = read(text);
    const approval: unknown = JSON.parse(Buffer.from(written.payload, "base64").toString());
    const changed = JSON.stringify({ ...Object(approval), [field]: value });
    const payload = canonicalText(JSON.parse(changed) as Parameters<typeof canonicalText>[0]);
    return print({ ...written, payload: Buffer.from(payload).toString("base64") });
  });

/** Parts of other envelopes that real keys signed, in place of a right one's; signatures twice, swapped or left out. */
const parts = fc
  .tuple(
    good,
    fc.constantFrom(...DONORS),
    fc.constantFrom("payload", "type", "keyid", "sig", "signature", "twice", "swap", "one", "none"),
    fc.nat({ max: 1 }),
  )
  .map(([text, donor, part, index]) => {
    const [own, other] = [read(text), read(donor)];
    const [first, second] = own.signatures;
    const foreign = other.signatures[index];
    assert.ok(first !== undefined && second !== undefined && foreign !== undefined);
    const withSignatures = (signatures: Written["signatures"]) => print({ ...own, signatures });
    return {
      payload: () => print({ ...own, payload: other.payload }),
      type: () => print({ ...own, payloadType: "application/vnd.holdfast.trust-list+json" }),
      keyid: () => withSignatures([{ ...first, keyid: foreign.keyid }, second]),
      sig: () => withSignatures([first, { ...second, sig: foreign.sig }]),
      signature: () => withSignatures([foreign, second]),
      twice: () => withSignatures([first, first]),
      swap: () => withSignatures([second, first]),
      one: () => withSignatures([first]),
      none: () => withSignatures([]),
    }[part]();
  });

const RIGHT = [KEYS.anna, KEYS.ben, KEYS.chris];
const WRONG: readonly SampleKey[] = [
  KEYS.root,
  KEYS.reader,
  KEYS.neighbour,
  KEYS.former,
  KEYS.future,
  KEYS.revoked,
  KEYS.outsider,
  securityKey("chris", 0),
];
const wrongFields: fc.Arbitrary<Partial<Approval>> = fc.oneof(
  fc.stringMatching(/^[a-z0-9]{1,8}$/).map((agent) => ({ agent: `x${agent}` })),
  fc.constant({ lineage: "0".repeat(32) }),
  fc.constant({ planned: DIGEST.other }),
  fc.constant({ actions: APPROVAL.actions.slice(1) }),
  fc.nat({ max: 1e12 }).map((earlier) => ({ notBeforeMs: 0, expiresMs: NOW_MS - earlier })),
  fc.nat({ max: 1e12 }).map((later) => {
    const notBeforeMs = NOW_MS + 1 + later;
    return { notBeforeMs, expiresMs: notBeforeMs + 1 };
  }),
  fc.constant({ notBeforeMs: NOW_MS, expiresMs: NOW_MS }),
);

/** Well-formed, and signed by real keys: something is wrong with what it says, with who signed, or with both. */
const signed = fc
  .oneof(
    fc.tuple(wrongFields, fc.constant([KEYS.anna, KEYS.ben])),
    fc.tuple(
      fc.option(wrongFields, { nil: {} }),
      fc.tuple(fc.constantFrom(...RIGHT), fc.constantFrom(...WRONG)).map((pair) => [...pair]),
    ),
    fc.tuple(
      fc.constant({}),
      fc.constantFrom(...WRONG, ...RIGHT).map((one) => [one]),
    ),
  )
  .map(([changes, signers]) => approvalText(changes, signers));

/** What came out as a right envelope again is none. */
const isSame = (text: string): boolean => GOOD.some((each) => each.trimEnd() === text.trimEnd());

test(`C6: of ${RUNS} mutated envelopes none is accepted, and each refusal has its reason`, async (t) => {
  const counts = new Map<RefusalReason, number>();
  let mutated = 0;
  const mutant = fc.oneof(bytes, insides, fields, parts, signed);
  const law = fc.asyncProperty(mutant, async (made) => {
    const text = await made;
    fc.pre(!isSame(text));
    const verdict = verifyApproval(text, QUESTION);
    assert.ok(verdict.type === "refused", text);
    assert.ok(verdict.reason in REFUSALS && verdict.fault.reason === verdict.reason);
    mutated += 1;
    counts.set(verdict.reason, (counts.get(verdict.reason) ?? 0) + 1);
    const control = GOOD[mutated % GOOD.length];
    if (mutated % 50 === 0) assert.equal(verifyApproval(control, QUESTION).type, "accepted");
  });
  await fc.assert(law, { numRuns: RUNS });
  assert.equal(mutated, RUNS);
  const shown = [...counts].toSorted(([, one], [, other]) => other - one);
  t.diagnostic(
    `${mutated} mutated envelopes, 0 accepted: ${shown.map((pair) => pair.join(" ")).join(", ")}`,
  );
  const expected: readonly RefusalReason[] = [
    "EnvelopeMalformed",
    "EnvelopeTypeWrong",
    "SignatureInvalid",
    "SignerUnknown",
    "SignerRevoked",
    "SignerRepeated",
    "SignersTooFew",
    "SignerNotAllowed",
    "SignerNotValidNow",
    "ApprovalForOtherAgent",
    "ApprovalForOtherLineage",
    "ApprovalForOtherAction",
    "ApprovalOutdated",
    "ApprovalExpired",
    "ApprovalNotYetValid",
  ];
  assert.deepEqual(
    expected.filter((reason) => !counts.has(reason)),
    [],
  );
});

test("C6: whatever else an approval says, by enough of the right keys it is accepted", async () => {
  const approval = fc.record({
    nonce: fc.stringMatching(/^[0-9a-f]{32}$/),
    notBeforeMs: fc.nat({ max: NOW_MS }),
    expiresMs: fc.integer({ min: NOW_MS + 1, max: 2 ** 52 }),
    by: fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
      .filter((text) => /^[^\p{Cc}\p{Cs}]+$/u.test(text)),
  });
  const signers = fc.subarray(RIGHT, { minLength: 2 });
  await fc.assert(
    fc.asyncProperty(approval, signers, async (changes, keys) => {
      const verdict = verifyApproval(await approvalText(changes, keys), QUESTION);
      assert.ok(verdict.type === "accepted", JSON.stringify(verdict));
    }),
    { numRuns: 100 },
  );
});
