import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  parseCommandLine,
  parseDescriptorInfo,
  parseEffectiveUser,
  parseLoginUser,
  parseProcessStat,
  parseUnit,
} from "./process-files.ts";
import { realClock } from "../../system/real-clock.ts";
import { machineRequesters } from "./requesters.ts";

test("attribution: no text in /proc makes a parser throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      parseProcessStat(text);
      parseEffectiveUser(text);
      parseLoginUser(text);
      parseUnit(text);
      parseDescriptorInfo(text);
      parseCommandLine(Buffer.from(text));
    }),
  );
});

test("attribution: a process may have any name, brackets and numbers too", () => {
  const rest = Array.from({ length: 17 }, () => "0").join(" ");
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]{1,15}$/), (name) => {
      const stat = parseProcessStat(`42 (${name}) S 7 ${rest} 1234 5 6\n`);
      assert.deepEqual(stat, { name, parentId: 7, startedTicks: 1234 });
    }),
  );
});

test("attribution: the unit of a process is its innermost service or scope, and no session of a login", () => {
  const unitOf = (path: string): string | undefined => parseUnit(`0::${path}\n`);
  assert.equal(unitOf("/system.slice/cron.service"), "cron.service");
  const user = "/user.slice/user-1000.slice/user@1000.service/app.slice/app-foot.scope";
  assert.equal(unitOf(user), "app-foot.scope");
  assert.equal(unitOf("/system.slice/docker-0f.scope/inner"), "docker-0f.scope");
  assert.equal(unitOf("/user.slice/user-1000.slice/session-3.scope"), undefined);
  for (const path of ["/", "/init.scope", "/system.slice"]) assert.equal(unitOf(path), undefined);
  const hybrid = "9:name=systemd:/system.slice/a.service\n4:memory:/b.service\n0::/\n";
  assert.equal(parseUnit(hybrid), "a.service");
  assert.equal(parseUnit(""), undefined);
});

test("who asked: the user of a process has a name, and one that has ended is no failure", () => {
  const requesters = machineRequesters(realClock);
  const uid = process.geteuid?.() ?? 0;
  const own = requesters({ uid, pid: process.pid });
  assert.equal(own.uid, uid);
  if (uid === 0) assert.equal(own.user, "root");
  assert.deepEqual(requesters({ uid: 4_000_000_000, pid: 2 ** 30 }), { uid: 4_000_000_000 });
});

test("attribution: users, descriptors and command lines as the kernel writes them", () => {
  assert.equal(parseEffectiveUser("Name:\tx\nUid:\t1000\t0\t0\t0\n"), 0);
  assert.equal(parseLoginUser("1000"), 1000);
  assert.equal(parseLoginUser("4294967295"), undefined);
  assert.equal(parseLoginUser(""), undefined);
  const info = (flags: string): string => `pos:\t0\nflags:\t${flags}\nmnt_id:\t24\nino:\t3\n`;
  assert.deepEqual(parseDescriptorInfo(info("0100001")), { isWritable: true, inode: 3 });
  assert.deepEqual(parseDescriptorInfo(info("0100002")), { isWritable: true, inode: 3 });
  assert.deepEqual(parseDescriptorInfo(info("0100000")), { isWritable: false, inode: 3 });
  // O_PATH, whose other bits mean nothing.
  assert.deepEqual(parseDescriptorInfo(info("010000002")), { isWritable: false, inode: 3 });
  assert.deepEqual(parseCommandLine(Buffer.from("a\0b c\0\0")), ["a", "b c"]);
  assert.deepEqual(parseCommandLine(Buffer.from("")), []);
});
