import assert from "node:assert/strict";
import { test } from "node:test";
import { resourceId } from "../id.ts";
import type { Result, ResultStatus } from "../result.ts";
import { isNews } from "./news.ts";

function resultOf(name: string, status: ResultStatus): Result {
  return { id: resourceId("file", name), status, cause: "drift", changes: [], durationMs: 0 };
}

test("news: what changed or is not well, each time; what is in sync only when it was not well before", () => {
  const isTold = isNews(false);
  const told = (name: string, status: ResultStatus) => isTold(resultOf(name, status));
  assert.equal(told("/a", "ok"), false);
  assert.equal(told("/a", "changed"), true);
  assert.equal(told("/a", "ok"), false, "a change is no trouble to recover from");
  for (const status of ["failed", "skipped", "noop", "denied", "unknown"] as const) {
    assert.equal(told("/a", status), true);
    assert.equal(told("/a", status), true, `${status} again`);
    assert.equal(told("/b", "ok"), false, "another one was well");
    assert.equal(told("/a", "ok"), true, `well after ${status}`);
    assert.equal(told("/a", "ok"), false);
  }
});

test("news: with everything asked for, everything is", () => {
  assert.equal(isNews(true)(resultOf("/a", "ok")), true);
});
