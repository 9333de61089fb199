import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type JsonObject, resourceId } from "@holdfast/core";
import { createEnvelope, printEnvelope } from "../envelope/envelope.ts";
import { publicKeyLine } from "../keys/public-key.ts";
import type { RefusalReason } from "../refusal.ts";
import { plainKey, type SampleKey, sshKey } from "../testing/sample-keys.ts";
import { KEYS, LIST, NOW_MS, signedBy } from "../testing/sample-trust.ts";
import {
  acceptTrustList,
  parseTrustAnchor,
  type TrustAnchor,
  trustAnchorJson,
} from "./accept-trust-list.ts";
import { covers, type Role } from "./role.ts";
import { TRUST_LIST_TYPE, type TrustList, trustListEnvelope, trustListJson } from "./trust-list.ts";

const publicLine = publicKeyLine(KEYS.anna.key);
const [A, B, C, D] = [plainKey("a"), sshKey("b"), plainKey("c"), plainKey("d")];

function rootsOf(threshold: number, keys: readonly SampleKey[]): TrustList["roots"] {
  return { threshold, keys: keys.map(({ key }) => key) };
}

/** Two of three roots. */
const FIRST: TrustList = { ...LIST, version: 3, roots: rootsOf(2, [A, B, C]) };

async function textOf(list: TrustList, signers: readonly SampleKey[] = [A, B]): Promise<string> {
  return printEnvelope(await signedBy(trustListEnvelope(list), signers));
}

async function accept(list: TrustList, signers: readonly SampleKey[], anchor?: TrustAnchor) {
  return acceptTrustList(await textOf(list, signers), { anchor, nowMs: NOW_MS });
}

async function anchorOf(list: TrustList, signers: readonly SampleKey[] = [A, B]) {
  const accepted = await accept(list, signers);
  assert.ok(accepted.type === "accepted", JSON.stringify(accepted));
  return accepted.anchor;
}

suite("acceptTrustList", () => {
  test("a list comes back as it was written, and what is kept of it too", async () => {
    const accepted = await accept(FIRST, [A, B]);
    assert.ok(accepted.type === "accepted");
    assert.deepEqual(trustListJson(accepted.list), trustListJson(FIRST));
    const kept = parseTrustAnchor(JSON.parse(JSON.stringify(trustAnchorJson(accepted.anchor))));
    assert.deepEqual(kept, accepted.anchor);
    assert.equal(parseTrustAnchor({ ...trustAnchorJson(accepted.anchor), version: 0 }), undefined);
  });

  const refusals: readonly (readonly [
    string,
    RefusalReason,
    Partial<TrustList>,
    readonly SampleKey[],
  ])[] = [
    ["one root where two are needed", "SignersTooFew", { version: 4 }, [A]],
    ["nobody", "SignersTooFew", { version: 4 }, []],
    ["a root and a key that is none", "SignersTooFew", { version: 4 }, [A, D]],
    ["a root and a key that approves", "SignersTooFew", { version: 4 }, [A, KEYS.anna]],
    [
      "a root that the list revokes",
      "SignerRevoked",
      { version: 4, roots: rootsOf(1, [B]), revoked: [{ id: A.key.id }] },
      [A, B],
    ],
    ["new roots alone", "SignersTooFew", { version: 4, roots: rootsOf(1, [D]) }, [D]],
    ["old roots alone", "SignersTooFew", { version: 4, roots: rootsOf(1, [D]) }, [A, B]],
    ["a lower version", "TrustListRolledBack", { version: 2 }, [A, B]],
    ["the same version with other content", "TrustListForked", { keys: [] }, [A, B]],
    ["a list that has expired", "TrustListExpired", { version: 4, expiresMs: NOW_MS }, [A, B]],
    [
      "more roots needed than there are",
      "EnvelopeMalformed",
      { version: 4, roots: rootsOf(3, [A, B]) },
      [A, B],
    ],
    ["a key twice", "EnvelopeMalformed", { version: 4, roots: rootsOf(1, [A, A]) }, [A]],
    [
      "a root that is revoked",
      "EnvelopeMalformed",
      { version: 4, revoked: [{ id: A.key.id }] },
      [A, B],
    ],
  ];
  for (const [what, reason, changes, signers] of refusals) {
    test(`after version 3, refused as ${reason}: ${what}`, async () => {
      const verdict = await accept({ ...FIRST, ...changes }, signers, await anchorOf(FIRST));
      assert.ok(verdict.type === "refused", "it was accepted");
      assert.equal(verdict.reason, reason, verdict.fault.message);
    });
  }

  test("roots change when enough of the old and of the new ones sign", async () => {
    const anchor = await anchorOf(FIRST);
    const next = { ...FIRST, version: 4, roots: rootsOf(2, [C, D]) };
    assert.equal((await accept(next, [A, B, D], anchor)).type, "refused", "one of two new ones");
    const accepted = await accept(next, [A, C, D], anchor);
    assert.ok(accepted.type === "accepted");
    assert.equal((await accept(next, [A, C, D])).type, "accepted", "who knows no list before");
    const after = { ...next, version: 5 };
    assert.equal((await accept(after, [A, B], accepted.anchor)).type, "refused");
    assert.equal((await accept(after, [C, D], accepted.anchor)).type, "accepted");
  });

  test("a list that was accepted stays so when it has expired, whoever else signed it since", async () => {
    const anchor = await anchorOf(FIRST);
    const late = { anchor, nowMs: (FIRST.expiresMs ?? 0) + 1 };
    const again = acceptTrustList(await textOf(FIRST, [A, C]), late);
    assert.ok(again.type === "accepted" && again.anchor.digest === anchor.digest);
    assert.equal(acceptTrustList(await textOf({ ...FIRST, version: 4 }), late).type, "refused");
  });

  test("whatever comes, in whatever order, the version never falls and roots sign each step", async () => {
    const sets = [rootsOf(1, [A]), rootsOf(2, [A, B]), rootsOf(2, [C, D]), rootsOf(1, [B, D])];
    const step = fc.record({
      version: fc.integer({ min: 1, max: 6 }),
      roots: fc.constantFrom(...sets),
      signers: fc.subarray([A, B, C, D]),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        let anchor: TrustAnchor | undefined;
        for (const { version, roots, signers } of steps) {
          const verdict = await accept({ ...FIRST, version, roots }, signers, anchor);
          if (verdict.type === "refused") continue;
          const ids = new Set(signers.map(({ key }) => key.id));
          for (const each of [roots, anchor?.roots ?? roots]) {
            const count = each.keys.filter(({ id }) => ids.has(id)).length;
            assert.ok(count >= each.threshold);
          }
          assert.ok(version > (anchor?.version ?? 0) || verdict.anchor.digest === anchor?.digest);
          anchor = verdict.anchor;
        }
      }),
      { numRuns: 60 },
    );
  });

  test("a list of another form is refused: unknown fields, wrong globs, roles that leave a field out", async () => {
    const json = trustListJson(FIRST);
    const [role] = LIST.keys[0]?.roles ?? [];
    const withRole = (fields: JsonObject): JsonObject => ({
      ...json,
      keys: [{ key: publicLine, roles: [fields] }],
    });
    const forms: readonly JsonObject[] = [
      { ...json, extra: 1 },
      { ...json, version: 0 },
      { ...json, version: 1.5 },
      { ...json, roots: { threshold: 0, keys: [publicLine] } },
      { ...json, revoked: [{ id: "SHA256:x" }] },
      withRole({ ...role, names: undefined }),
      withRole({ ...role, names: [] }),
      withRole({ ...role, names: ["x".repeat(257)] }),
      withRole({ ...role, threshold: 0 }),
    ];
    for (const form of forms) {
      const text = printEnvelope(await signedBy(createEnvelope(TRUST_LIST_TYPE, form), [A, B]));
      const verdict = acceptTrustList(text, { anchor: undefined, nowMs: NOW_MS });
      assert.ok(verdict.type === "refused" && verdict.reason === "EnvelopeMalformed");
    }
  });
});

test("a role covers what all of its fields match, and nothing by a field's absence but tags", () => {
  const role: Role = {
    verbs: ["delete", "re*"],
    kinds: ["file"],
    names: ["/srv/**"],
    agents: ["web?"],
  };
  const id = resourceId("file", "/srv/a/b");
  const question = { agent: "web1", verb: "delete", kind: "file", name: id.slice(5), tags: [] };
  assert.ok(covers(role, question));
  assert.ok(covers(role, { ...question, verb: "restart" }));
  assert.ok(!covers({ ...role, tags: ["x"] }, question));
  assert.ok(covers({ ...role, tags: ["x"] }, { ...question, tags: ["y", "x"] }));
  for (const other of [
    { agent: "web10" },
    { verb: "update" },
    { kind: "files" },
    { name: "/srvx/a" },
    { name: "/etc/srv/a" },
  ]) {
    assert.ok(!covers(role, { ...question, ...other }), JSON.stringify(other));
  }
});
