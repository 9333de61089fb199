import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "../fault/fault.ts";
import { resourceId } from "../id.ts";
import type { Result, ResultStatus } from "../result.ts";
import { countRepeats, isNews } from "./news.ts";

function resultOf(name: string, status: ResultStatus): Result {
  return { id: resourceId("file", name), status, cause: "drift", changes: [], durationMs: 0 };
}

function failureOf(name: string, reason: "DiskFull" | "ReadOnly" | undefined): Result {
  if (reason === undefined) return resultOf(name, "ok");
  const fault = new Fault({ reason, message: "m", resolution: "r" }).toJSON();
  return { ...resultOf(name, "failed"), fault };
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

test("news: a failure is repeated as often as it came without another result of its resource in between", () => {
  const drawn = fc.record({
    name: fc.constantFrom("/a", "/b"),
    reason: fc.constantFrom(undefined, "DiskFull", "ReadOnly"),
  });
  fc.assert(
    fc.property(fc.array(drawn, { maxLength: 30 }), (results) => {
      const repeatsOf = countRepeats();
      const last = new Map<string, readonly [reason: string | undefined, times: number]>();
      for (const { name, reason } of results) {
        const [before, times = 0] = last.get(name) ?? [];
        const expected = reason !== undefined && before === reason ? times + 1 : 1;
        assert.equal(repeatsOf(failureOf(name, reason)), expected);
        last.set(name, [reason, expected]);
      }
    }),
  );
});

test("news: with everything asked for, everything is", () => {
  assert.equal(isNews(true)(resultOf("/a", "ok")), true);
});
