import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { Fault, type JsonObject, silentLog } from "@holdfast/core";
import { createSimulatedHost, type SimulatedHost, VirtualClock } from "@holdfast/testing";
import { createAccountReader } from "./account-writer.ts";
import { createNameService } from "./name-service.ts";
import { parseLoginDefaults } from "./local/login-defaults.ts";

const never = new AbortController().signal;
const FILES: Readonly<Record<string, string>> = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n",
  "/etc/shadow": "root:*:19000::::::\napp:$6$salt$hash:19000::::::\n",
  "/etc/group": "root:x:0:\napp:x:1000:\nweb:x:33:\n",
  "/etc/gshadow": "root:*::\napp:!::\nweb:!::\n",
};

interface Rig {
  readonly host: SimulatedHost;
  readonly clock: VirtualClock;
  readonly warnings: (readonly [string, JsonObject | undefined])[];
}

/** A simulated machine whose name service knows the user and the group `ldap`. */
function makeRig(agentUid = 0): Rig {
  const clock = new VirtualClock();
  const warnings: Rig["warnings"] = [];
  const host = createSimulatedHost({
    clock,
    users: { ldap: 7000 },
    groups: { ldap: 7000 },
    agent: { uid: agentUid, gid: agentUid },
    log: { ...silentLog, warn: (message, fields) => warnings.push([message, fields]) },
  });
  for (const [path, text] of Object.entries(FILES)) host.kernel.tamper.write(path, text);
  host.kernel.tamper.chmod("/etc/shadow", 0o640);
  return { host, clock, warnings };
}

const outage = new Fault({ reason: "HostFailed", message: "no LDAP", resolution: "Mend it." });

suite("accounts and name services", () => {
  test("K6: an outage of the name service creates nobody, and says so", async () => {
    const { host, clock } = makeRig();
    const { accounts } = host;
    accounts.outage = outage;
    const made = [
      () => accounts.createUser({ name: "new" }, never),
      () => accounts.createGroup({ name: "new" }, never),
      () => accounts.createUser({ name: "new", primaryGroup: "web" }, never),
    ];
    for (const work of made) await assert.rejects(clock.finish(work()), { reason: "HostFailed" });
    await assert.rejects(clock.finish(accounts.lookupName("new", never)), outage);
    assert.deepEqual(accounts.system.runs, []);
    // What is in the files needs no name service.
    const shell = { shell: "/bin/false" };
    await clock.finish(accounts.changeUser("app", shell, never));
    assert.equal((await accounts.readUsers(never)).byName.get("app")?.shell, "/bin/false");
    accounts.outage = undefined;
    await clock.finish(accounts.createUser({ name: "new" }, never));
  });

  test("K6: a name from a directory service is not confused with an unknown name, and is not made", async () => {
    const { host, clock } = makeRig();
    const { accounts } = host;
    const sources = (name: string) => clock.finish(accounts.lookupName(name, never));
    assert.deepEqual(await sources("ldap"), { user: "elsewhere", group: "elsewhere" });
    assert.deepEqual(await sources("app"), { user: "local", group: "local" });
    assert.deepEqual(await sources("web"), { user: "absent", group: "local" });
    assert.deepEqual(await sources("--help"), { user: "absent", group: "absent" });
    const made = [
      () => accounts.createUser({ name: "ldap" }, never),
      () => accounts.createUser({ name: "ldap", primaryGroup: "web" }, never),
      () => accounts.createGroup({ name: "ldap" }, never),
    ];
    for (const work of made) await assert.rejects(clock.finish(work()), { reason: "NameTaken" });
    accounts.users.delete("ldap");
    const withGroup = accounts.createUser({ name: "ldap" }, never);
    await assert.rejects(
      clock.finish(withGroup),
      { reason: "NameTaken" },
      "only the group is there",
    );
    assert.deepEqual(accounts.system.runs, []);
  });

  test("K6: a user of a directory joins local groups, and its removal here takes nothing from it", async () => {
    const { host, clock } = makeRig();
    const { accounts } = host;
    const join = { add: ["web"] };
    await clock.finish(accounts.setMembership("ldap", join, never));
    assert.deepEqual((await accounts.readGroups(never)).byName.get("web")?.members, ["ldap"]);
    await clock.finish(accounts.removeUser("ldap", { removeHome: false }, never));
    assert.deepEqual((await accounts.readGroups(never)).byName.get("web")?.members, ["ldap"]);
    assert.deepEqual(
      accounts.system.runs.map(({ tool }) => tool),
      ["gpasswd"],
    );
  });

  test("K6: the real name service is asked by exit codes alone", async (t) => {
    const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-getent-"));
    t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
    const getentProgram = join(directory, "getent");
    const { host, clock } = makeRig();
    const { files, paths, accounts } = host;
    const { realClock } = await import("../system/real-clock.ts");
    const nameService = createNameService({ clock: realClock, getentProgram });
    const options = { clock, files, paths, accounts, nameService, system: accounts.system };
    const reader = createAccountReader(options);
    const answers = [
      ["exit 2", "absent"],
      ["echo $2:*:7:7::/:", "elsewhere"],
      ["exit 1", "HostFailed"],
      ["exit 0", "HostFailed"],
      ["kill -9 $$", "HostFailed"],
    ] as const;
    for (const [script, expected] of answers) {
      fs.writeFileSync(getentProgram, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const asked = reader.lookupName("new", never);
      if (expected === "HostFailed") await assert.rejects(asked, { reason: expected }, script);
      else assert.deepEqual(await asked, { user: expected, group: expected }, script);
    }
    assert.ok(!("createUser" in reader), "a reader has no method that writes");
  });
});

suite("accounts that cannot be read", () => {
  test("K6: a passwd or group that cannot be read is a fault, never a machine without accounts", async () => {
    for (const path of ["/etc/passwd", "/etc/group", "/etc/subuid", "/etc/login.defs"]) {
      const { host, clock } = makeRig();
      host.kernel.tamper.remove(path);
      host.kernel.tamper.makeDirectory(path);
      const { accounts } = host;
      await assert.rejects(accounts.readUsers(never), { reason: "WrongType" }, path);
      const work = accounts.createUser({ name: "new" }, never);
      await assert.rejects(clock.finish(work), { reason: "WrongType" });
      assert.deepEqual(accounts.system.runs, []);
    }
  });

  test("K6: a user who may not read /etc/shadow sees everything else, and no password is taken for none", async () => {
    const { host, clock } = makeRig(1000);
    const { byName } = await host.accounts.readUsers(never);
    const app = byName.get("app");
    assert.deepEqual([app?.uid, app?.shadow.type], [1000, "unknown"]);
    const work = host.accounts.setLocked("app", true, never);
    await assert.rejects(clock.finish(work), { reason: "PermissionDenied" });
  });

  test("K6: a password in /etc/passwd itself counts there, and x leads to the shadow", async () => {
    const { host } = makeRig();
    const { kernel, accounts } = host;
    const passwd = "a:*:1:1::/:\nb::2:2::/:\nc:x:3:3::/:\n";
    kernel.tamper.write("/etc/passwd", passwd);
    kernel.tamper.write("/etc/shadow", "a:$6$a$b:1::::::\nb:!:1::::::\n");
    const { byName } = await accounts.readUsers(never);
    const forms = [...byName.values()].map(({ shadow }) =>
      shadow.type === "present" ? shadow.value.password.form : shadow.type,
    );
    assert.deepEqual(forms, ["disabled", "none", "absent"]);
  });

  test("K6: the first line of a name counts, ranges by uid are the user's, and no group is none", async () => {
    const { host } = makeRig();
    const { kernel, accounts } = host;
    kernel.tamper.write("/etc/passwd", "a:x:1:9::/:\na:x:2:2::/:\n");
    kernel.tamper.write("/etc/subuid", "1:300:10\na:100:10\n");
    const user = (await accounts.readUsers(never)).byName.get("a");
    assert.deepEqual([user?.uid, user?.primaryGroup], [1, undefined]);
    assert.deepEqual(user?.subordinateUids, [
      { first: 100, count: 10 },
      { first: 300, count: 10 },
    ]);
  });
});

suite("locks and limits of accounts", () => {
  test("K6: the lock of a killed tool is logged once with its pid, and does not stop the work", async () => {
    const { host, clock, warnings } = makeRig();
    host.kernel.tamper.write("/etc/passwd.lock", "4999999");
    await clock.finish(host.accounts.createGroup({ name: "new" }, never));
    assert.deepEqual(warnings, [
      [
        "a killed program left a lock of the account files",
        { path: "/etc/passwd.lock", pid: 4_999_999 },
      ],
    ]);
  });

  test("K6: waiting for a lock ends with the caller's patience", async () => {
    const { host, clock } = makeRig();
    host.accounts.system.recordLockPid = 77;
    const stopping = new AbortController();
    const work = host.accounts.createGroup({ name: "new" }, stopping.signal);
    await clock.advance(1_000);
    stopping.abort();
    await assert.rejects(clock.finish(work), { reason: "Aborted" });
    assert.deepEqual(host.accounts.system.runs, []);
  });

  test("K6: login.defs says what is a system account and how private a home is", () => {
    const parsed = parseLoginDefaults(
      "# UID_MIN 1\nUID_MIN\t\t 500\nUMASK 077\nX y\nGID_MAX 60000 x",
    );
    const expected = { uidMin: 500, uidMax: 60_000, gidMin: 1000, gidMax: 60_000 };
    assert.deepEqual(parsed, { ...expected, homeMode: 0o700 });
    assert.equal(parseLoginDefaults("HOME_MODE 0750\nUMASK 022").homeMode, 0o750);
    assert.equal(parseLoginDefaults("").homeMode, 0o755);
  });
});
