import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lastLoginIn, loginLayoutOf } from "./login-records.ts";

const NARROW = loginLayoutOf("x64");
const WIDE = loginLayoutOf("arm64");
const BOOT = 2;
const USER = 7;
const DEAD = 8;

interface Written {
  readonly type: number;
  readonly user: string;
  readonly from: string;
  readonly seconds: number;
}

function recordOf({ type, user, from, seconds }: Written, layout = NARROW): Buffer {
  const record = Buffer.alloc(layout.recordBytes);
  record.writeInt16LE(type, 0);
  record.write("pts/0", 8, 32, "utf8");
  record.write(user, 44, 32, "utf8");
  record.write(from, 76, 256, "utf8");
  if (layout.secondsBytes === 4) record.writeUInt32LE(seconds, layout.secondsAt);
  else record.writeBigInt64LE(BigInt(seconds), layout.secondsAt);
  return record;
}

test("attribution: no bytes make the reader of logins throw", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.constantFrom(NARROW, WIDE),
      (bytes, layout) => {
        const login = lastLoginIn(Buffer.from(bytes), Number.MAX_SAFE_INTEGER, layout);
        if (login !== undefined) assert.doesNotMatch(login.user + login.terminal, /\p{Cc}/u);
      },
    ),
  );
});

test("attribution: the last login is the newest at or before the time, since the machine was started", () => {
  const written = fc.record({
    type: fc.constantFrom(BOOT, USER, USER, DEAD, 0),
    user: fc.constantFrom("", "bob", "alice", "eve"),
    from: fc.constantFrom("", "10.0.0.7"),
  });
  fc.assert(
    fc.property(
      fc.array(written, { maxLength: 12 }),
      fc.integer({ min: 0, max: 14 }),
      fc.constantFrom(NARROW, WIDE),
      (some, until, layout) => {
        const all = some.map((each, at) => ({ ...each, seconds: at + 1 }));
        const bytes = Buffer.concat(all.map((each) => recordOf(each, layout)));
        const before = all.filter(({ seconds }) => seconds <= until);
        const boot = before.findLastIndex(({ type }) => type === BOOT);
        const expected = before
          .slice(boot + 1)
          .findLast(({ type, user }) => type === USER && user !== "");
        const found = lastLoginIn(bytes, until * 1_000, layout);
        assert.equal(found?.user, expected?.user);
        assert.equal(found?.atMs, expected === undefined ? undefined : expected.seconds * 1_000);
        assert.equal(found?.from ?? "", expected?.from ?? "");
      },
    ),
  );
});
