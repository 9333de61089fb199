import assert from "node:assert/strict";
import { test } from "node:test";
import { standardKinds } from "./standard-kinds.ts";

test("each kind is registered under its own name", () => {
  for (const [name, { kind }] of Object.entries(standardKinds)) assert.equal(kind, name);
});

test("each kind says what it is, where it was run, and what it touches", () => {
  for (const { kind, summary, support, ports } of Object.values(standardKinds)) {
    assert.match(summary, /^[A-Z].*\.$/, kind);
    assert.ok(support.platforms.length > 0, kind);
    assert.equal(new Set(ports).size, ports.length, kind);
  }
});
