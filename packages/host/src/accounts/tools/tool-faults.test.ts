import assert from "node:assert/strict";
import { test } from "node:test";
import { PasswordHash } from "@holdfast/core";
import { realClock } from "../../system/real-clock.ts";
import { realAccountSystem } from "./real-account-system.ts";
import { isUnwritten, toolFault } from "./tool-faults.ts";

const ended = (exitCode: number | undefined, stderr = "", signalName?: string) => ({
  exitCode,
  stderr,
  signalName,
  stdout: "",
  isTruncated: false,
});

test("K6: exit codes of the tools are faults with a reason of their own", () => {
  const cases = [
    ["useradd", 4, "IdTaken"],
    ["useradd", 9, "NameTaken"],
    ["useradd", 6, "UnknownUser"],
    ["useradd", 10, "HostFailed"],
    ["usermod", 8, "UserBusy"],
    ["userdel", 8, "UserBusy"],
    ["userdel", 12, "HostFailed"],
    ["groupdel", 8, "GroupInUse"],
    ["groupmod", 4, "IdTaken"],
    ["chage", 1, "HostFailed"],
    ["usermod", undefined, "HostFailed"],
  ] as const;
  for (const [tool, code, reason] of cases) {
    const fault = toolFault({ tool, args: [] }, ended(code, "", "SIGKILL"), "app");
    assert.equal(fault.reason, reason, `${tool} ${code}`);
    assert.match(fault.resolution, /^[A-Z].*\.$/);
  }
});

test("K6: a fault has the tool's own words, in one line and bounded, without warnings and without the hash", () => {
  const words = "usermod: Warning: no shell\nusermod: user app is currently used by process 12\n";
  const busy = toolFault({ tool: "usermod", args: [] }, ended(8, words), "app");
  assert.equal(
    busy.message,
    "usermod for app ended with code 8: usermod: user app is currently used by process 12",
  );
  const password = { name: "app", isLocked: false, hash: new PasswordHash("$6$salt$hash") };
  const run = { tool: "chpasswd", args: ["--encrypted"], password } as const;
  const leaky = toolFault(run, ended(1, `chpasswd: bad $6$salt$hash ${"x".repeat(1000)}`), "app");
  assert.match(leaky.message, /^chpasswd for app ended with code 1: chpasswd: bad ‹secret› x+…$/);
  assert.ok(leaky.message.length < 400);
});

test("K6: only an ending that a lock explains is tried again", () => {
  assert.ok(isUnwritten({ tool: "useradd", args: [] }, ended(1)));
  assert.ok(isUnwritten({ tool: "groupadd", args: [] }, ended(10)));
  for (const code of [4, 9, undefined]) {
    assert.equal(isUnwritten({ tool: "useradd", args: [] }, ended(code)), false);
  }
});

test("K6: a user who is not root changes no account", {
  skip: process.geteuid?.() !== 0 && "only root can become somebody else for a while",
}, async () => {
  const system = realAccountSystem({ clock: realClock, root: "/" });
  process.seteuid?.(65_534);
  try {
    const run = { tool: "groupadd", args: ["holdfast-never"] } as const;
    await assert.rejects(system.run(run), { reason: "NotPrivileged" });
  } finally {
    process.seteuid?.(0);
  }
});

test("K6: a process is known by its name, and one that ended is none", () => {
  const { processName } = realAccountSystem({ clock: realClock, root: "/" });
  assert.ok(processName(process.pid));
  assert.equal(processName(2 ** 22 + 1), undefined);
});
