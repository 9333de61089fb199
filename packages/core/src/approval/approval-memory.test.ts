import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { resourceId } from "../id.ts";
import type { KeptApproval } from "../ports/kept/approvals.ts";
import { ApprovalMemory, nonceOf } from "./approval-memory.ts";

function approval(at: number, expiresMs: number, envelope?: string): KeptApproval {
  const nonce = at.toString(16).padStart(32, "0");
  const actions = [{ id: resourceId("file", "/a"), verb: "delete", digest: "d" }];
  const signed = envelope === undefined ? {} : { envelope };
  return { nonce, expiresMs, planned: "p", actions, by: "root", ...signed };
}

const anyStep = fc.record({
  type: fc.constantFrom("approve", "spend"),
  at: fc.nat({ max: 30_000 }),
  expiresMs: fc.nat({ max: 1_000 }),
});

suite("approvals that were given and used", () => {
  test("C6: what was used is used for good, however much is used after it, and as a copy knows it too", () => {
    const law = fc.property(fc.array(anyStep, { maxLength: 60 }), fc.nat(30_000), (steps, many) => {
      const memory = new ApprovalMemory();
      const used = steps.flatMap(({ type, at, expiresMs }) => {
        const one = approval(at, expiresMs);
        const nonce = nonceOf(one, 0);
        if (type === "approve") memory.approve(one);
        else memory.spend([{ nonce, expiresMs }]);
        return type === "approve" ? [] : [{ nonce, expiresMs }];
      });
      for (let at = 0; at < many; at += 1) {
        memory.spend([{ nonce: `many-${at}.0`, expiresMs: at % 1_000 }]);
      }
      const copy = new ApprovalMemory();
      copy.takeSpent(memory);
      for (const each of used) assert.ok(memory.isSpent(each) && copy.isSpent(each));
      assert.ok([...memory.spent()].length <= 10_000);
    });
    fc.assert(law, { numRuns: 30 });
  });

  test("an approval is given until each of its actions was used; of too many those that expire first go", () => {
    const memory = new ApprovalMemory();
    for (let at = 0; at < 70; at += 1) memory.approve(approval(at, 1_000 - at));
    const kept = [...memory.given()];
    assert.equal(kept.length, 64);
    assert.ok(kept.every(({ expiresMs }) => expiresMs > 1_000 - 64));
    const [first] = kept;
    assert.ok(first !== undefined);
    memory.spend([{ nonce: nonceOf(first, 0), expiresMs: first.expiresMs }]);
    assert.ok(![...memory.given()].includes(first));
    memory.approve(first);
    assert.ok(![...memory.given()].includes(first), "given again it is still used up");
    for (let at = 0; at < 5; at += 1)
      memory.approve(approval(100 + at, 9_000, "e".repeat(2 ** 20)));
    assert.equal([...memory.given()].filter(({ envelope }) => envelope !== undefined).length, 4);
  });
});
