import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidArgumentError } from "commander";
import {
  collectPair,
  parseCount,
  parseDuration,
  parseHash,
  parseLimit,
  parseSince,
} from "./parse-values.ts";

test("options: durations have units", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["0", 0],
    ["0s", 0],
    ["500ms", 500],
    ["30s", 30_000],
    ["1.5m", 90_000],
    ["1h30m", 5_400_000],
    ["1 h 30 min", 5_400_000],
    ["24d", 2_073_600_000],
  ];
  for (const [text, durationMs] of cases) assert.equal(parseDuration(text), durationMs, text);
});

test("options: a text that is no duration is refused", () => {
  for (const text of ["", "x", "30", "-5s", "5x", "5x3s", "3s!", "s", "25d", "1e3s", "NaN", "1y"]) {
    assert.throws(() => parseDuration(text), InvalidArgumentError, text);
  }
});

test("options: counts are whole and not negative", () => {
  assert.equal(parseCount("0"), 0);
  assert.equal(parseCount("12"), 12);
  for (const text of ["", "-1", "1.5", "x", "0x10", "1e3", "99999999"]) {
    assert.throws(() => parseCount(text), InvalidArgumentError, text);
  }
});

test("options: a limit is at least 1, and 0 is refused with what to write", () => {
  assert.equal(parseLimit("1"), 1);
  for (const text of ["0", "000", "", "-1", "x", "1.5"]) {
    assert.throws(() => parseLimit(text), /Write a whole number, 1 or more/, text);
  }
});

test("options: parameters are name=value, the value may hold anything", () => {
  assert.deepEqual(collectPair("a=b=c", ["x=y"]), ["x=y", "a=b=c"]);
  assert.throws(() => collectPair("a", undefined), InvalidArgumentError);
  assert.throws(() => collectPair("=b", undefined), InvalidArgumentError);
});

test("options: a time is a date in UTC or a duration before now", () => {
  assert.equal(parseSince("2026-01-31"), Date.UTC(2026, 0, 31));
  assert.equal(parseSince("2026-01-31T12:00:00Z"), Date.UTC(2026, 0, 31, 12));
  const before = Date.now();
  const sinceMs = parseSince("2h");
  assert.ok(sinceMs >= before - 7_200_000 && sinceMs <= Date.now() - 7_200_000);
  for (const text of ["", "yesterday", "2026", "2026-13-01", "-2h"]) {
    assert.throws(() => parseSince(text), InvalidArgumentError, text);
  }
});

test("options: a hash is 64 hexadecimal digits", () => {
  const hash = "0123456789abcdef".repeat(4);
  assert.equal(parseHash(hash), hash);
  for (const text of ["", hash.slice(1), `${hash}0`, hash.toUpperCase(), "g".repeat(64)]) {
    assert.throws(() => parseHash(text), InvalidArgumentError, text);
  }
});
