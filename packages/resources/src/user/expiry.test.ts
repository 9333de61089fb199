import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { formatExpiry, parseExpiry } from "./expiry.ts";

const DAY_MS = 86_400_000;
const LAST_DAY = Date.UTC(9999, 11, 31) / DAY_MS;

suite("expiry of accounts", () => {
  test("every day is written as the calendar has it, and read back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LAST_DAY }), (day) => {
        const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
        assert.equal(formatExpiry(day), text);
        assert.equal(parseExpiry(text), day);
      }),
    );
  });

  test("day 0, days that no month has and other texts are refused", () => {
    const refused = ["1970-01-01", "1969-12-31", "2030-02-29", "2030-13-01", "2030-00-10"];
    const texts = [...refused, "2030-1-1", "2030-01-00", "tomorrow", ""];
    assert.deepEqual(
      texts.filter((text) => parseExpiry(text) !== undefined),
      [],
    );
    assert.equal(parseExpiry("2032-02-29"), 22_704);
    assert.equal(parseExpiry("never"), "none");
    assert.equal(formatExpiry(undefined), "never");
    assert.equal(formatExpiry(LAST_DAY + 1), undefined);
  });
});
