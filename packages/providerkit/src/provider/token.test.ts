import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { resolveToken, tokenVariables } from "./token.ts";

test("P8: the first that is not blank counts: flag, then the three variables, trimmed; nothing shows it", () => {
  const names = tokenVariables("redis-acl");
  assert.deepEqual(names, ["REDIS_ACL_BOT_TOKEN", "REDIS_ACL_TOKEN", "REDIS_ACL_API_TOKEN"]);
  const anyText = fc.option(fc.constantFrom("", "  ", " one ", "two", "three\n"), {
    nil: undefined,
  });
  const anyGiven = fc.array(anyText, { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(anyGiven, ([flag, ...rest]) => {
      const environment = Object.fromEntries(names.map((name, at) => [name, rest[at]]));
      const token = resolveToken("redis-acl", {
        flag,
        environment: { ...environment, OTHER_TOKEN: "no" },
      });
      const expected = [flag, ...rest].find((text) => (text ?? "").trim() !== "")?.trim();
      assert.equal(token?.plainText(), expected);
      if (token !== undefined) assert.doesNotMatch(JSON.stringify({ token }), /one|two|three/);
    }),
  );
});
