import assert from "node:assert/strict";
import { test } from "node:test";
import { format, inspect } from "node:util";
import { REDACTED, Secret } from "./secret.ts";

test("B4: however a secret is turned into text, it is ‹secret›; only resolve returns it", () => {
  const secret = new Secret("hunter2-hunter2");
  const error = new Error(`no ${String(secret)}`, { cause: secret });
  const shown = [
    `${secret.toString()}`,
    secret[Symbol.toPrimitive](),
    String(secret),
    ["", secret].join(""),
    String(secret.valueOf()),
    JSON.stringify(secret),
    JSON.stringify({ deep: [secret], [String(secret)]: secret }),
    inspect(secret, { showHidden: true, depth: 9 }),
    inspect({ secret: new Map([["a", secret]]) }, { depth: 9, showHidden: true }),
    format("%s %o %O %j", secret, secret, secret, secret),
    inspect(error),
    JSON.stringify(Object.assign({}, secret)),
    JSON.stringify(structuredClone(secret)),
    JSON.stringify(Object.getOwnPropertyDescriptors(secret)),
  ];
  for (const text of shown) assert.doesNotMatch(text, /hunter2/);
  for (const text of shown.slice(0, 11)) assert.ok(text.includes(REDACTED), text);
  assert.equal(secret.plainText(), "hunter2-hunter2");
});
