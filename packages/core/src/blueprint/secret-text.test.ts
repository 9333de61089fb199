import assert from "node:assert/strict";
import { test } from "node:test";
import { secret, text } from "./secret-text.ts";

test("B4: a secret in a blueprint is a reference, alone or in a text", () => {
  assert.deepEqual(secret("db.password").written, { $secret: "db.password" });
  const line = text`user=${"app"} port=${5432} password=${secret("db.password")}\n`;
  assert.deepEqual(line.written, {
    $concat: ["user=", "app", " port=", "5432", " password=", { $secret: "db.password" }, "\n"],
  });
  assert.deepEqual(text`${line}${secret("a")}`.written, {
    $concat: [...("$concat" in line.written ? line.written.$concat : []), { $secret: "a" }],
  });
});

test("B4: a secret cannot be made a text of by mistake: that would write the reference to a host", () => {
  // A blueprint is stripped of its types, not checked: nothing else keeps its author from this.
  const one = unchecked(secret("a.b"));
  const mistakes = [
    () => `${one}`,
    () => String(one),
    () => "x" + one,
    () => ["x", one].join(","),
    () => JSON.stringify({ password: one }),
  ];
  for (const mistake of mistakes) assert.throws(mistake, /TypeError.*|put the tag text before/s);
  assert.throws(() => text`${{}}`, /not object/);
  for (const path of ["", "a..b", "a b", ".a", `${"x".repeat(65)}`]) {
    assert.throws(() => secret(path), /a path is names joined by dots/);
  }
});

function unchecked(value: unknown): string {
  return value as string;
}
