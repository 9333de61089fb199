import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { realClock } from "../system/real-clock.ts";
import { parseGroups, parseUsers } from "./account-line.ts";
import { createAccounts } from "./accounts.ts";

const never = new AbortController().signal;

function makeImage(t: TestContext, users: string): string {
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-accounts-"));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  fs.mkdirSync(join(root, "etc"));
  fs.writeFileSync(join(root, "etc/passwd"), users);
  fs.writeFileSync(join(root, "etc/group"), "root:x:0:\nweb:x:33:app,other\n");
  return root;
}

const USERS = "root:x:0:0:root:/root:/bin/sh\n+nis::::::\n\napp:x:1000:33:App:/srv/app:/bin/sh\n";

test("K6: under a root only its own files count", async (t) => {
  const accounts = createAccounts({ clock: realClock, root: makeImage(t, USERS) });
  assert.equal(await accounts.userId("app", never), 1000);
  assert.equal(await accounts.groupId("web", never), 33);
  assert.equal(await accounts.userId("daemon", never), undefined);
  assert.equal(await accounts.userId("+nis", never), undefined);
  const home = { name: "app", uid: 1000, gid: 33, home: "/srv/app" };
  assert.deepEqual(await accounts.user("app", never), home);
  assert.deepEqual(await accounts.user("1000", never), home);
});

test("K6: decimal text is looked up nowhere", async (t) => {
  const accounts = createAccounts({ clock: realClock, root: makeImage(t, USERS) });
  assert.equal(await accounts.userId("4242", never), 4242);
  assert.equal(await accounts.groupId("0", never), 0);
});

test("K6: a changed file is read again, replaced or rewritten in place, however quickly", async (t) => {
  const root = makeImage(t, USERS);
  const accounts = createAccounts({ clock: realClock, root });
  const passwd = join(root, "etc/passwd");
  for (let round = 0; round < 50; round += 1) {
    const uid = 1000 + round;
    const text = `app:x:${uid}:33:App:/srv/app:/bin/sh\n`;
    if (round % 2 === 0) fs.writeFileSync(passwd, text);
    else {
      fs.writeFileSync(`${passwd}.new`, text);
      fs.renameSync(`${passwd}.new`, passwd);
    }
    assert.equal(await accounts.userId("app", never), uid);
  }
  fs.rmSync(passwd);
  assert.equal(await accounts.userId("app", never), undefined);
});

test("K6: a file that cannot be read is HostFailed, never an absent user", async (t) => {
  const root = makeImage(t, USERS);
  fs.rmSync(join(root, "etc/passwd"));
  fs.mkdirSync(join(root, "etc/passwd"));
  const accounts = createAccounts({ clock: realClock, root });
  await assert.rejects(accounts.userId("app", never), { reason: "HostFailed" });
});

test("K6: a pipe in place of the file is HostFailed, never a file without accounts", async (t) => {
  const root = makeImage(t, USERS);
  fs.rmSync(join(root, "etc/passwd"));
  assert.equal(spawnSync("mkfifo", [join(root, "etc/passwd")]).status, 0);
  const accounts = createAccounts({ clock: realClock, root });
  await assert.rejects(accounts.userId("app", never), { reason: "HostFailed" });
});

test("K6: a link inside an image does not lead out of it", async (t) => {
  const root = makeImage(t, USERS);
  fs.rmSync(join(root, "etc/passwd"));
  fs.symlinkSync("/etc/passwd-real", join(root, "etc/passwd"));
  fs.writeFileSync(join(root, "etc/passwd-real"), "inside:x:7:7::/:/bin/sh\n");
  const accounts = createAccounts({ clock: realClock, root });
  assert.equal(await accounts.userId("inside", never), 7);
  fs.rmSync(join(root, "etc/passwd"));
  fs.symlinkSync("../../../../../../../../etc/passwd", join(root, "etc/passwd"));
  await assert.rejects(accounts.userId("daemon", never), { reason: "HostFailed" });
});

test("K6: on / the name service is asked, and only its own word counts as not found", async () => {
  const accounts = createAccounts({ clock: realClock });
  assert.equal(await accounts.userId("root", never), 0);
  assert.equal((await accounts.user("0", never))?.name, "root");
  assert.equal(await accounts.userId("holdfast-no-such-user", never), undefined);
  assert.equal(await accounts.groupId("holdfast-no-such-group", never), undefined);
  assert.equal(await accounts.userId("--help", never), undefined);
  const aborted = accounts.userId("holdfast-no-such-user", AbortSignal.abort());
  await assert.rejects(aborted, { reason: "Aborted" });
});

test("K6: an outage of the name service is HostFailed, never an absent user", async (t) => {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-getent-"));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  const program = join(directory, "getent");
  const accounts = createAccounts({ clock: realClock, getentProgram: program });
  await assert.rejects(accounts.userId("ldap-user", never), { reason: "HostFailed" });
  const answers: readonly (readonly [string, number | "HostFailed" | undefined])[] = [
    ["exit 1", "HostFailed"],
    ["exit 3", "HostFailed"],
    ["kill -9 $$", "HostFailed"],
    ["echo nonsense; exit 0", "HostFailed"],
    ["exit 0", "HostFailed"],
    ["exit 2", undefined],
    ["echo 'ldap-user:*:7001:7001::/home/l:/bin/sh'", 7001],
  ];
  for (const [script, expected] of answers) {
    fs.writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const asked = accounts.userId("ldap-user", never);
    if (expected === "HostFailed") await assert.rejects(asked, { reason: expected }, script);
    else assert.equal(await asked, expected, script);
  }
});

test("K6: the first line of a name counts, and a line that is none is passed over", () => {
  const users = parseUsers("a:x:1:2::/a:/s\na:x:9:9::/b:/s\nbad\nb:x:nine:1::/:/\n#c:x:3:3::/:/\n");
  assert.deepEqual([...users.values()], [{ name: "a", uid: 1, gid: 2, home: "/a" }]);
  assert.deepEqual([...parseGroups("g:x:5:\n:x:6:\n-h:x:7:\n").values()], [{ name: "g", gid: 5 }]);
});
