import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LockHolders } from "./lock-holders.ts";
import { loadAskLock } from "./record-lock.ts";

const PERL = [
  "use Fcntl;",
  "open(F, '+>>', $ARGV[0]) or die;",
  "my $lock = pack('ssx4qqix4', F_WRLCK, 0, 0, 0, 0);",
  "fcntl(F, F_SETLKW, $lock) or die;",
  "$| = 1; print 'locked'; <STDIN>;",
].join(" ");

test("trap 1: the holder of a record lock is found without taking it, and is gone with it", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "holdfast-lock-"));
  t.after(() => rmSync(root, { recursive: true }));
  const holders = new LockHolders(root, ["/none", "/lock"]);
  assert.equal(await holders.find(), undefined);
  writeFileSync(join(root, "lock"), "");
  assert.equal(await holders.find(), undefined);
  const perl = spawn("perl", ["-e", PERL, join(root, "lock")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(perl.stdout, "data");
  for (let time = 0; time < 3; time += 1) {
    assert.deepEqual(await holders.find(), { path: "/lock", pid: perl.pid, program: "perl" });
  }
  perl.stdin.end();
  await once(perl, "exit");
  assert.equal(await holders.find(), undefined);
});

test("a lock that is a link is not opened", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "holdfast-lock-"));
  t.after(() => rmSync(root, { recursive: true }));
  symlinkSync("/dev/null", join(root, "lock"));
  const ask = await loadAskLock();
  assert.throws(() => ask(join(root, "lock")), { reason: "HostFailed" });
});
