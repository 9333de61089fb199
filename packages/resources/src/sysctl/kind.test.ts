import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { sysctlPath } from "@holdfast/core";
import {
  carryOut,
  checkKindUnknown,
  checkSimulated,
  refuseSimulated,
  simulatedActor,
  simulatedRig,
  type Start,
} from "@holdfast/testing";
import fc from "fast-check";
import { sysctlKind } from "./kind.ts";
import type { SysctlInput } from "./spec.ts";

const LIVE = "/proc/sys/net/ipv4/ip_forward";
const DROP_IN = "/etc/sysctl.d/99-holdfast-net.ipv4.ip_forward.conf";

const sysctl = (input: SysctlInput, name = "net.ipv4.ip_forward") => ({
  kind: sysctlKind,
  name,
  input,
});
/** A machine whose kernel has the key, and other files besides. */
const machine =
  (files: Readonly<Record<string, string>> = {}): Start =>
  ({ kernel }) => {
    const actor = simulatedActor(kernel);
    carryOut({ type: "directory", path: "/etc/sysctl.d" }, actor);
    for (const [path, content] of Object.entries({ [LIVE]: "0\n", ...files })) {
      carryOut({ type: "write", path, content }, actor);
    }
  };

const plain = fc.stringMatching(/^[a-z][a-z0-9_%-]{0,6}$/);
const dotted = fc.stringMatching(/^[a-z][a-z0-9_.%-]{0,6}$/);
const key = fc
  .tuple(plain, fc.array(dotted, { minLength: 1, maxLength: 3 }))
  .map(([first, others]) => [first, ...others].join("/"));

suite("sysctl", () => {
  test("K8: two keys never share a file, whichever way they are spelled", () => {
    const fileOf = (name: string): string =>
      sysctlKind.bind(name, { value: 1 }, () => assert.fail(name)).dropIn.path;
    fc.assert(
      fc.property(key, key, (one, other) => {
        assert.equal(fileOf(one) === fileOf(other), sysctlPath(one) === sysctlPath(other));
        assert.match(fileOf(one), /^\/etc\/sysctl\.d\/99-holdfast-[^/]+\.conf$/);
      }),
    );
  });

  test("K8: the running and the booted value are two fields, and the kernel is written over in place", async () => {
    const host = await checkSimulated(sysctl({ value: 1 }), machine(), [
      "live",
      "persisted.state",
      "persisted.content",
      "persisted.mode",
      "persisted.owner",
      "persisted.group",
    ]);
    assert.equal(host.kernel.inspect.text(LIVE), "1\n");
    assert.match(host.kernel.inspect.text(DROP_IN) ?? "", /^#.*\nnet\.ipv4\.ip_forward = 1\n$/);
    assert.deepEqual(host.kernel.inspect.list("/proc/sys/net/ipv4"), ["ip_forward"]);
    const live = await checkSimulated(sysctl({ value: 1, persisted: false }), machine(), ["live"]);
    assert.deepEqual(live.kernel.inspect.list("/etc/sysctl.d"), []);
  });

  test("K8: only the file is compared, and the kernel is not: that is drift here", async () => {
    const persisted = machine({ [DROP_IN]: "net.ipv4.ip_forward = 1\n" });
    const input = { value: 0, persisted: false };
    await checkSimulated(sysctl(input), persisted, ["persisted.state"]);
  });

  test("K8: tabs of the kernel are the spaces of an author", async () => {
    const rmem = "/proc/sys/net/ipv4/tcp_rmem";
    const start = machine({ [rmem]: "4096\t131072\t6291456\n" });
    const input = { value: "4096  131072 6291456", persisted: false };
    await checkSimulated(sysctl(input, "net.ipv4.tcp_rmem"), start, []);
  });

  test("K8: a key with a dot in a component is the same key in both spellings", async () => {
    const path = "/proc/sys/net/ipv4/conf/eth0.100/rp_filter";
    for (const name of ["net/ipv4/conf/eth0.100/rp_filter", "net.ipv4.conf.eth0/100.rp_filter"]) {
      const start = machine({ [path]: "0\n" });
      const host = await checkSimulated(sysctl({ value: 1, persisted: false }, name), start, [
        "live",
      ]);
      assert.equal(host.kernel.inspect.text(path), "1\n");
    }
  });

  test("K8: absent takes the file away and leaves the running kernel as it is", async () => {
    const start = machine({ [LIVE]: "1\n", [DROP_IN]: "anything" });
    const host = await checkSimulated(sysctl({ state: "absent" }), start, ["persisted.state"]);
    assert.equal(host.kernel.inspect.text(LIVE), "1\n");
  });

  test("K8: a file that is read later and says something else is named", async () => {
    for (const [path, spelled] of [
      ["/etc/sysctl.d/zz.conf", "net.ipv4.ip_forward = 0"],
      ["/run/sysctl.d/zz.conf", "net/ipv4/ip_forward=0"],
      ["/etc/sysctl.conf", "-net.ipv4.ip_forward = 0"],
    ] as const) {
      const start = machine({ [path]: `${spelled}\n` });
      const fault = await refuseSimulated(sysctl({ value: 1 }), start, "Overridden");
      assert.ok(fault.message.includes(path), fault.message);
    }
  });

  test("K8: a file that is read earlier, says the same, or is masked does not count", async () => {
    const inSync = { [LIVE]: "1\n", "/etc/sysctl.d/10.conf": "net.ipv4.ip_forward = 0\n" };
    const changes = ["state", "content", "mode", "owner", "group"].map(
      (name) => `persisted.${name}`,
    );
    const same = { ...inSync, "/etc/sysctl.d/zz.conf": "net.ipv4.ip_forward = 1\n" };
    await checkSimulated(sysctl({ value: 1 }), machine(same), changes);
    const masked: Start = (host) => {
      machine({ ...inSync, "/usr/lib/sysctl.d/zz.conf": "net.ipv4.ip_forward = 0\n" })(host);
      host.kernel.tamper.symlink("/etc/sysctl.d/zz.conf", "/dev/null");
    };
    await checkSimulated(sysctl({ value: 1 }), masked, changes);
  });

  test("K8: a key that the kernel lacks and a key that nobody may set are different faults", async () => {
    await checkKindUnknown(sysctl({ value: 1 }, "net.none"), "NotFound", simulatedRig(machine()));
    const shown: Start = (host) => {
      machine()(host);
      host.kernel.tamper.chmod(LIVE, 0o444);
    };
    await refuseSimulated(sysctl({ value: 1 }), shown, "ReadOnly");
    await checkSimulated(sysctl({ value: 0, persisted: false }), shown, []);
  });
});
