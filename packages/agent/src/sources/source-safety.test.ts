import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Fault } from "@holdfast/core";
import { refuseUnsafeSecrets, refuseUnsafeSource, type SourceTrust } from "./source-safety.ts";

const SUDO_USER = 12_345;
const OUTSIDER = 12_346;
const ROOT: SourceTrust = { userId: 0 };
const SUDO: SourceTrust = { userId: 0, sudoUserId: SUDO_USER };
const TRUSTING: SourceTrust = { ...SUDO, trustsSudoUser: true };

/** Only root can give files away; for others nothing is refused, which is a test of its own. */
const isRoot = process.geteuid?.() === 0;

function refusal(path: string, trust: SourceTrust): Fault | boolean {
  try {
    return refuseUnsafeSource(path, trust);
  } catch (error) {
    assert.ok(error instanceof Fault);
    assert.equal(error.reason, "SourceUnsafe");
    return error;
  }
}

function checkRefused(path: string, trust: SourceTrust, message: RegExp): void {
  const found = refusal(path, trust);
  assert.ok(found instanceof Fault, path);
  assert.match(found.message, message);
}

/** A manifest in a directory of root's own below the sticky one for temporary files. */
function makeSource(t: TestContext): { readonly directory: string; readonly file: string } {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-safety-"));
  t.after(() => fs.rmSync(directory, { recursive: true }));
  fs.chmodSync(directory, 0o755);
  const file = join(directory, "site.yaml");
  fs.writeFileSync(file, "", { mode: 0o644 });
  return { directory, file };
}

test("a user who is not root is refused nothing", (t) => {
  const { directory, file } = makeSource(t);
  fs.chmodSync(file, 0o666);
  for (const path of [file, directory, tmpdir()]) {
    assert.equal(refusal(path, { userId: 1000 }), false);
    assert.equal(refusal(path, { userId: undefined }), false);
  }
});

test("root takes its own under a sticky directory, and nothing there that others own, write or can give a name", (t) => {
  if (!isRoot) return;
  const { directory, file } = makeSource(t);
  assert.equal(refusal(file, ROOT), false);
  assert.equal(refusal(directory, ROOT), false);
  assert.equal(refusal(join(directory, "missing.yaml"), ROOT), false);
  checkRefused(tmpdir(), ROOT, /can be written by everybody \(mode 1777\)/);
  fs.chmodSync(file, 0o646);
  checkRefused(file, ROOT, /can be written by everybody \(mode 0646\)/);
  fs.chmodSync(file, 0o644);
  fs.chownSync(directory, OUTSIDER, OUTSIDER);
  checkRefused(file, ROOT, /belongs to user 12346/);
  fs.chownSync(directory, 0, 0);
  fs.chmodSync(directory, 0o1777);
  fs.linkSync(file, join(directory, "other.yaml"));
  checkRefused(file, ROOT, /site\.yaml has 2 names/);
  fs.chmodSync(directory, 0o755);
  assert.equal(refusal(file, ROOT), false, "where only root can make names there may be several");
});

test("a link of another's under a sticky directory is refused, one of root's leads to what is checked anew", (t) => {
  if (!isRoot) return;
  const { directory, file } = makeSource(t);
  const link = join(directory, "link.yaml");
  fs.chmodSync(directory, 0o1777);
  fs.symlinkSync(file, link);
  assert.equal(refusal(link, ROOT), false);
  fs.lchownSync(link, OUTSIDER, OUTSIDER);
  checkRefused(link, ROOT, /the link .* belongs to user 12346/);
  fs.lchownSync(link, 0, 0);
  fs.chownSync(file, OUTSIDER, OUTSIDER);
  checkRefused(link, ROOT, /site\.yaml belongs to user 12346/);
});

test("secrets, and what a service reads for ever, are never taken from under a sticky directory", (t) => {
  if (!isRoot) return;
  const { file } = makeSource(t);
  const everybody = /can be written by everybody/;
  checkRefused(file, { ...ROOT, isLasting: true }, everybody);
  assert.throws(() => refuseUnsafeSecrets(file, 0), { message: everybody });
});

test("what belongs to the user who ran sudo is taken when that was asked for, and of no other user", (t) => {
  if (!isRoot) return;
  const { directory, file } = makeSource(t);
  for (const path of [directory, file]) fs.chownSync(path, SUDO_USER, SUDO_USER);
  const refused = refusal(file, SUDO);
  assert.ok(refused instanceof Fault);
  assert.match(refused.resolution, /--trust-source\.$/);
  assert.equal(refusal(file, TRUSTING), true);
  assert.equal(refusal(directory, TRUSTING), true);
  checkRefused(file, { userId: 0, trustsSudoUser: true }, /belongs to user 12345/);
  fs.chmodSync(file, 0o664);
  checkRefused(file, TRUSTING, /can be written by group/);
  fs.chmodSync(file, 0o644);
  fs.chownSync(file, OUTSIDER, OUTSIDER);
  checkRefused(file, TRUSTING, /belongs to user 12346/);
  fs.chownSync(file, 0, 0);
  assert.equal(refusal(file, TRUSTING), true, "its directory is still the user's");
  assert.throws(() => refuseUnsafeSecrets(file, 0), Fault);
});
