import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { Hash } from "../ports/hash.ts";
import { isInShard, shardBucket } from "./shard.ts";

const hash: Hash = { sha256: (data) => createHash("sha256").update(data).digest("hex") };
const percent = fc.double({ min: -50, max: 150, noNaN: true });

test("B3: at or below 0 is no machine, at or above 100 is every machine", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.double({ min: 0, noNaN: true }), (salt, id, far) => {
      assert.equal(isInShard(-far, salt, id, { hash }), false);
      assert.equal(isInShard(100 + far, salt, id, { hash }), true);
    }),
  );
});

test("B3: a machine that is in at one percentage is in at every higher one", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), percent, percent, (salt, id, one, other) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      if (isInShard(low, salt, id, { hash })) assert.ok(isInShard(high, salt, id, { hash }));
    }),
  );
});

test("B3: the bucket is the first 8 bytes, big-endian, of SHA-256(salt NUL id), modulo 100", () => {
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^\S+$/), (salt, id) => {
      const digest = createHash("sha256").update(`${salt}\0${id}`).digest();
      assert.equal(shardBucket(salt, id, { hash }), Number(digest.readBigUInt64BE() % 100n));
      const bucket = shardBucket(salt, id, { hash });
      assert.equal(isInShard(bucket, salt, id, { hash }), false);
      assert.equal(isInShard(bucket + 1, salt, id, { hash }), true);
      assert.equal(shardBucket(salt, ` ${id}\n`, { hash }), shardBucket(salt, id, { hash }));
    }),
  );
});

test("B3: machines with consecutive ids spread evenly, and afresh for every salt", () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `machine-${index}`);
  const inShard = (salt: string) => new Set(ids.filter((id) => isInShard(10, salt, id, { hash })));
  const [one, other] = [inShard("a"), inShard("b")];
  const both = one.intersection(other);
  for (const [count, expected] of [
    [one.size, 1000],
    [other.size, 1000],
    [both.size, 100],
  ] as const) {
    assert.ok(
      Math.abs(count - expected) < 5 * Math.sqrt(expected),
      `${count} of about ${expected}`,
    );
  }
});
