import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { levelsOf } from "./levels.ts";

const COUNT = 8;
const anyEntries = fc
  .array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.array(fc.nat(COUNT - 1), { maxLength: 3 })), {
    minLength: COUNT,
    maxLength: COUNT,
  })
  .map((rows) =>
    rows.map(([wave, targets], at) => ({
      type: `p${at}`,
      wave,
      dependsOn: [...new Set(targets)].map((target) => `p${target}`),
    })),
  );

suite("levels", () => {
  test("P2: each comes one level after the last of its dependencies, inside by wave then name; else a real cycle", () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const order = levelsOf(entries);
        assert.notEqual(order.type, "unknown");
        if (order.type === "cycle") {
          const { members } = order;
          for (const [at, member] of members.entries()) {
            const next = members[(at + 1) % members.length] ?? "";
            assert.ok(entries.find(({ type }) => type === member)?.dependsOn.includes(next));
          }
          return;
        }
        if (order.type !== "levels") return;
        const levelOf = new Map(
          order.levels.flatMap((level, at) => level.map(({ type }) => [type, at] as const)),
        );
        assert.equal(levelOf.size, entries.length);
        for (const { type, dependsOn } of entries) {
          const last = Math.max(-1, ...dependsOn.map((each) => levelOf.get(each) ?? COUNT));
          assert.equal(levelOf.get(type), last + 1);
        }
        for (const level of order.levels) {
          const keys = level.map(({ wave, type }) => `${wave + 2}${type}`);
          assert.deepEqual(keys, keys.toSorted());
        }
      }),
    );
  });

  test("P2: an unknown dependency names both", () => {
    const order = levelsOf([{ type: "a", dependsOn: ["b"], wave: 0 }]);
    assert.deepEqual(order, { type: "unknown", from: "a", to: "b" });
  });
});
