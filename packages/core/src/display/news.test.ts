import assert from "node:assert/strict";
import { test } from "node:test";
import { resourceId } from "../id.ts";
import type { Result, ResultStatus } from "../result.ts";
import { isNews } from "./news.ts";

function resultOf(name: string, status: ResultStatus): Result {
  return { id: resourceId("file", name), status, cause: "drift", changes: [], durationMs: 0 };
}

test("news: a change or a failure, each time; a resource in sync only when it was not well before", () => {
  const isPublished = isNews(false);
  const published = (name: string, status: ResultStatus) => isPublished(resultOf(name, status));
  assert.equal(published("/a", "ok"), false);
  assert.equal(published("/a", "changed"), true);
  assert.equal(published("/a", "ok"), false, "a change is no failure to recover from");
  for (const status of ["failed", "skipped", "noop", "denied", "unknown"] as const) {
    assert.equal(published("/a", status), true);
    assert.equal(published("/a", status), true, `${status} again`);
    assert.equal(published("/b", "ok"), false, "another one was well");
    assert.equal(published("/a", "ok"), true, `well after ${status}`);
    assert.equal(published("/a", "ok"), false);
  }
});

test("news: with everything asked for, everything is", () => {
  assert.equal(isNews(true)(resultOf("/a", "ok")), true);
});
