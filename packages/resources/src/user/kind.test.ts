import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { silentLog } from "@holdfast/core";
import {
  checkKindUnknown,
  checkSimulated,
  refuseSimulated,
  type SimulatedHost,
  simulatedRig,
} from "@holdfast/testing";
import { startWithAccounts } from "../account/testing/account-files.ts";
import type { UserInput } from "./fields.ts";
import { userKind } from "./kind.ts";

const HASH = "$6$salt$Hwx1zQYbWf2Yp0Hq2Sgk.JNw4Yf1";
const WEB = "web:x:1500:1000:by hand:/srv/web:/bin/sh\n";

const user = (input: UserInput) => ({ kind: userKind, name: "web", input });
const there = (shadow: string, group = "") =>
  startWithAccounts({ passwd: WEB, group, shadow: `web:${shadow}:19000:0:99999:7:::\n` });
const lineOf = ({ kernel }: SimulatedHost, file: string): string | undefined =>
  kernel.inspect
    .text(`/etc/${file}`)
    ?.split("\n")
    .find((line) => line.startsWith("web:"));

suite("user", () => {
  test("is made with a number, groups and a password", async () => {
    const input = { uid: 1500, group: "app", groups: ["root"], shell: "/bin/sh", password: HASH };
    const changes = ["state", "uid", "group", "shell", "groups", "password"];
    const host = await checkSimulated(user(input), startWithAccounts(), changes);
    assert.match(lineOf(host, "passwd") ?? "", /^web:x:1500:1000:.*:\/bin\/sh$/);
    assert.ok(lineOf(host, "shadow")?.startsWith(`web:${HASH}:`));
  });

  test("undeclared fields stay: number, groups, a lock, ages", async () => {
    const locked = there(`!${HASH}`, "ops:x:51:web\n");
    await checkSimulated(user({}), locked, []);
    await checkSimulated(user({ password: HASH }), locked, []);
    const host = await checkSimulated(user({ password: "$6$new$abc" }), locked, ["password"]);
    assert.match(lineOf(host, "shadow") ?? "", /^web:!\$6\$new\$abc:/);
  });

  test("a lock is set and taken off, and the password stays", async () => {
    await checkSimulated(user({ locked: true }), there(HASH), ["locked"]);
    const host = await checkSimulated(user({ locked: false }), there(`!${HASH}`), ["locked"]);
    assert.ok(lineOf(host, "shadow")?.startsWith(`web:${HASH}:`));
  });

  test("exact groups are left as well as joined; others are only joined", async () => {
    const member = there("!", "ops:x:51:web\nstaff:x:50:\n");
    const exact = { groups: ["staff"], exactGroups: true };
    const left = await checkSimulated(user(exact), member, ["groups"]);
    assert.match(left.kernel.inspect.text("/etc/group") ?? "", /ops:x:51:\nstaff:x:50:web\n/);
    const joined = await checkSimulated(user({ groups: ["staff"] }), member, ["groups"]);
    assert.match(joined.kernel.inspect.text("/etc/group") ?? "", /ops:x:51:web\nstaff:x:50:web\n/);
  });

  test("an account that expires is opened again by never", async () => {
    const input = { expires: "2031-02-28", passwordAge: { maxDays: 90 } };
    const host = await checkSimulated(user(input), there("!"), ["passwordAge.maxDays", "expires"]);
    assert.match(lineOf(host, "shadow") ?? "", /:90:7::22338:$/);
    const closed = startWithAccounts({ passwd: WEB, shadow: "web:!:19000:0:99999:7::22338:\n" });
    await checkSimulated(user({ expires: "never" }), closed, ["expires"]);
  });

  test("B4: a hash is in no change, no fingerprint and no details", async () => {
    const rig = simulatedRig(there("$6$old$secret"));
    const spec = userKind.bind("web", { password: HASH }, () => assert.fail());
    const { signal } = new AbortController();
    const context = { host: rig.host, signal, log: silentLog, snapshot: undefined };
    const found = await userKind.observe(spec, context);
    assert.equal(found.type, "present");
    if (found.type !== "present") return;
    const said = [userKind.diff(spec, found.value), userKind.fingerprint(found.value)];
    const all = JSON.stringify([...said, userKind.details?.(found.value)]);
    assert.doesNotMatch(all, /secret|Hwx1zQ/);
  });

  test("a group that is not there is refused before anything is made", async () => {
    await refuseSimulated(user({ groups: ["nobodys"] }), startWithAccounts(), "UnknownUser");
    await refuseSimulated(user({ group: "nobodys" }), startWithAccounts(), "UnknownUser");
  });

  test("shadow that cannot be read is unknown, not a missing password", async () => {
    const rig = simulatedRig(there(HASH));
    rig.host.kernel.injection.fail({ call: "openFile", name: "shadow", times: 9 }, "EIO");
    await checkKindUnknown(user({ password: HASH }), "HostFailed", rig);
  });
});
