import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { LIMIT_ITEMS, type LimitInput } from "./fields.ts";
import { limitsKind } from "./kind.ts";
import { limitsText, parseLimits } from "./limits-text.ts";

const value = fc.oneof(fc.nat(), fc.constant("unlimited" as const));
const limit: fc.Arbitrary<LimitInput> = fc.oneof(
  value,
  fc.record({ soft: value }, { noNullPrototype: true }),
  fc.record({ hard: value }, { noNullPrototype: true }),
  fc.record({ soft: value, hard: value }, { noNullPrototype: true }),
);

suite("limits", () => {
  test("K10: a rendered text is read back, and every line is of the domain", () => {
    const domains = fc.constantFrom("*", "%", "app", "@web", "1000:2000", ":app");
    const limits = fc.dictionary(fc.constantFrom(...LIMIT_ITEMS), limit, { minKeys: 1 });
    fc.assert(
      fc.property(domains, limits, (domain, declared) => {
        const text = limitsText(domain, declared);
        const found = parseLimits(text);
        assert.equal(found?.domain, domain);
        assert.deepEqual({ ...found.limits }, { ...declared });
        for (const line of text.split("\n").slice(1, -1)) {
          assert.match(line, /^\S+ (?:soft|hard|-) [a-z]+ (?:\d+|unlimited)$/);
        }
      }),
    );
  });

  test("K10: limits come after the user or group that they are for", () => {
    const needs = (domain: string) => {
      const input = { domain, limits: { core: 0 } };
      return limitsKind.needs?.(limitsKind.bind("n", input, () => assert.fail()));
    };
    assert.deepEqual(needs("app"), ["user:app"]);
    assert.deepEqual(needs("@web"), ["group:web"]);
    for (const domain of ["*", "%web", "1000:", "@1000:"]) assert.deepEqual(needs(domain), []);
  });
});
