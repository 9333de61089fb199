import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLocks } from "./flock-holders.ts";

const LOCKS = `1: POSIX  ADVISORY  WRITE 3568 fd:00:2531452 0 EOF
2: FLOCK  ADVISORY  WRITE 1234 08:102:99 0 EOF
2: -> FLOCK  ADVISORY  WRITE 1235 08:102:99 0 EOF
3: FLOCK  ADVISORY  READ  77 08:01:98 0 EOF
4: FLOCK  ADVISORY  WRITE 0 00:2a:7 0 EOF
`;

test("the holder of flock(2) is found by device and inode, and nobody who only waits or reads", () => {
  const device = (major: number, minor: number): number =>
    major * 0x100 + (minor & 0xff) + (minor >>> 8) * 0x100000;
  assert.equal(parseLocks(LOCKS, { device: device(8, 0x102), inode: 99 }), 1234);
  assert.equal(parseLocks(LOCKS, { device: device(8, 1), inode: 98 }), undefined);
  assert.equal(parseLocks(LOCKS, { device: device(8, 1), inode: 99 }), undefined);
  assert.equal(parseLocks(LOCKS, { device: device(0xfd, 0), inode: 2531452 }), undefined);
  assert.equal(parseLocks(LOCKS, { device: device(0, 0x2a), inode: 7 }), 0);
});
