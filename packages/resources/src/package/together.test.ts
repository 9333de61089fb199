import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault, silentLog } from "@holdfast/core";
import type { PackageOperation } from "@holdfast/testing";
import { packageKind } from "./kind.ts";
import type { PackageInput } from "./spec.ts";
import { installed, PackageBench, startWithPackages } from "./testing/package-bench.ts";

const SOME_MORE_MS = 60_000;
/** What a resource has for an apply (semantics D1). */
const RESOURCE_TIMEOUT_MS = 300_000;

function bench(...operations: readonly PackageOperation[]): PackageBench {
  return new PackageBench(startWithPackages(...operations));
}

suite("packages together", () => {
  test("K3: one read serves all, and sources are asked once, about what they decide", async () => {
    const machine = bench(
      installed("hf-base", "1.0-1"),
      installed("hf-extra", "1.0-1"),
      installed("hf-conf", "1.0-1"),
    );
    const seen = await machine.observe({
      "hf-base": { latest: true },
      "hf-conf": { latest: true },
      "hf-extra": { version: "1.0-1" },
      "hf-app": { latest: true },
      "hf-addon": { minVersion: "1" },
    });
    assert.deepEqual(machine.calls, ["read", "candidates hf-base hf-conf"]);
    const types = seen.map(({ observation }) => observation.type);
    assert.deepEqual(types, ["present", "present", "present", "absent", "absent"]);
  });

  test("sources that cannot be asked leave only those unknown that want the latest", async () => {
    const machine = bench(installed("hf-base", "1.0-1"), installed("hf-extra", "1.0-1"));
    machine.host.packages.candidates = () => Promise.reject(broken("CommandTimeout"));
    const seen = await machine.observe({ "hf-base": { latest: true }, "hf-extra": {} });
    assert.deepEqual(
      seen.map(({ observation }) => observation.type),
      ["unknown", "present"],
    );
  });

  test("G4: installs, changes and removals go in one transaction, which is on record with each", async () => {
    const machine = bench(installed("hf-mail-a", "1.0-1"), installed("hf-base", "1.0-1"));
    const { faults, tasks } = await machine.rig.finish(
      machine.apply({
        "hf-mail-a": { state: "absent" },
        "hf-mail-b": {},
        "hf-base": { latest: true },
      }),
    );
    assert.deepEqual(faults, {});
    assert.equal(machine.requests.length, 1);
    assert.deepEqual(machine.requests[0]?.markManual, [], "not every tool can do more than that");
    const task = "attempt-0";
    assert.deepEqual(tasks, [`hf-mail-a ${task}`, `hf-mail-b ${task}`, `hf-base ${task}`]);
    assert.deepEqual([...machine.model.installed.keys()].sort(), ["hf-base", "hf-mail-b"]);
  });

  test("G4: an unavailable package fails alone, and is asked of fresh lists once", async () => {
    const machine = bench(installed("hf-conf", "1.0-1", { isHeld: true }));
    machine.model.published.push({ name: "hf-late", version: "1.0-1" });
    const { faults, progress } = await machine.rig.finish(
      machine.apply({
        "hf-extra": {},
        "hf-nowhere": {},
        "hf-late": {},
        "hf-mail": {},
        "hf-base": { version: "3.*" },
        "hf-conf": { latest: true },
      }),
    );
    const reasons = Object.entries(faults).map(([name, text]) => `${name} ${text.split(":")[0]}`);
    assert.deepEqual(reasons, [
      "hf-nowhere PackageNotFound",
      "hf-mail PackageVirtual",
      "hf-base PackageNotFound",
      "hf-conf PackageHeld",
    ]);
    assert.match(faults["hf-base"] ?? "", /no source offers hf-base 3\.\*/);
    assert.deepEqual(
      machine.requests.map(({ refreshLists = false, install = [] }) =>
        refreshLists ? "lists" : install.map(({ name }) => name).join(" "),
      ),
      ["hf-extra hf-nowhere hf-late hf-mail hf-conf", "lists", "hf-nowhere hf-late"],
    );
    assert.ok(progress.includes("fetches the lists of the sources"));
    assert.ok(machine.model.installed.has("hf-late"));
  });

  test("trap 11: when a source was changed its lists are fetched first, and once", async () => {
    const machine = bench(installed("hf-conf", "1.0-1"));
    machine.model.areSourcesNewer = true;
    machine.model.published.push({ name: "hf-base", version: "9.0-1" });
    const { faults } = await machine.rig.finish(
      machine.apply({ "hf-base": {}, "hf-nowhere": {}, "hf-conf": { manual: true } }),
    );
    assert.deepEqual(Object.keys(faults), ["hf-nowhere"]);
    assert.equal(machine.model.installed.get("hf-base")?.offer.version, "9.0-1");
    assert.deepEqual(
      machine.requests.map(({ refreshLists = false }) => refreshLists),
      [true, false],
    );
    machine.requests.length = 0;
    await machine.rig.finish(machine.apply({ "hf-base": { state: "absent" } }));
    assert.equal(machine.requests.length, 1, "nothing is fetched for a removal");
  });

  test("trap 11: a package that a new source lacks is reported with the reason why its lists are missing", async () => {
    const machine = bench();
    machine.model.areSourcesNewer = true;
    machine.model.isOffline = true;
    const { faults } = await machine.rig.finish(machine.apply({ "hf-extra": {}, "hf-late": {} }));
    assert.deepEqual(Object.keys(faults), ["hf-late"]);
    assert.match(faults["hf-late"] ?? "", /^PackageListsUnavailable.*hf-late.*cannot be fetched/);
  });

  test("G4: a failure to fetch lists is no fault of packages that were done before", async () => {
    const machine = bench();
    const lock = { path: "/var/lib/apt/lists/lock", pid: 7, program: "aptitude" };
    const stop = machine.model.listen(() => {
      machine.model.holder = lock;
    });
    const { faults } = await machine.rig.finish(
      machine.apply({ "hf-extra": {}, "hf-nowhere": {} }),
    );
    stop();
    assert.deepEqual(Object.keys(faults), ["hf-nowhere"]);
    assert.match(faults["hf-nowhere"] ?? "", /^PackagesLocked/);
  });

  test("G4: two that cannot be had together are refused as a whole, so that each is tried by itself", async () => {
    const machine = bench();
    const both = { "hf-mail-a": {}, "hf-mail-b": {} };
    const fault = await thrownBy(machine.rig.finish(machine.apply(both)));
    assert.equal(fault.reason, "PackageFailed");
    const alone = await machine.rig.finish(machine.apply({ "hf-mail-a": {} }));
    assert.deepEqual(alone.faults, {});
  });

  test("G4: a mark that was put beside two that were refused does not hide that each is to be tried", async () => {
    const machine = bench(installed("hf-base", "1.0-1", { isAutomatic: true }));
    const all = { "hf-mail-a": {}, "hf-mail-b": {}, "hf-base": {} };
    const fault = await thrownBy(machine.rig.finish(machine.apply(all)));
    assert.equal(fault.reason, "PackageFailed");
  });

  test("G4: options that a transaction has once keep packages apart", () => {
    const key = (input: PackageInput) =>
      packageKind.batch?.key(packageKind.bind("hf-base", input, assert.fail));
    assert.equal(key({ latest: true, hold: true }), key({ state: "absent", purge: true }));
    const apart: readonly PackageInput[] = [
      {},
      { noRecommends: true },
      { allowDowngrade: true },
      { conffiles: "replace" },
    ];
    assert.equal(new Set(apart.map(key)).size, apart.length);
  });

  test("trap 1: a lock is waited for once, its holder named, and its fault is the fault of each", async () => {
    const machine = bench();
    machine.model.holder = { path: "/var/lib/dpkg/lock", pid: 7, program: "aptitude" };
    const { faults, progress } = await machine.rig.finish(
      machine.apply({ "hf-base": {}, "hf-extra": {} }),
    );
    assert.match(faults["hf-base"] ?? "", /^PackagesLocked: aptitude \(pid 7\)/);
    assert.match(faults["hf-extra"] ?? "", /^PackagesLocked: aptitude \(pid 7\)/);
    assert.equal(machine.requests.length, 1);
    assert.ok(machine.rig.nowMs() < RESOURCE_TIMEOUT_MS, "a resource has more time than that");
    assert.equal(progress[0], "waits for aptitude (pid 7), which holds /var/lib/dpkg/lock");
  });

  test("trap 6: a package whose script fails is broken alone, and finished once the cause is gone", async () => {
    const machine = bench();
    machine.model.failing.add("hf-fragile");
    const declared = { "hf-fragile": {}, "hf-extra": {} };
    const { faults } = await machine.rig.finish(machine.apply(declared));
    assert.deepEqual(Object.keys(faults), ["hf-fragile"]);
    assert.match(faults["hf-fragile"] ?? "", /^PackageBroken: hf-fragile is half-configured/);
    machine.model.failing.clear();
    machine.model.lists = [...machine.model.lists, { name: "hf-fragile", version: "9.0-1" }];
    const again = await machine.rig.finish(machine.apply({ "hf-fragile": {} }));
    assert.deepEqual(again.faults, {});
    assert.equal(machine.model.describe("hf-fragile")?.version, "1.0-1");
  });

  test("D14, C3: a stop cuts no transaction off; it is found again by its task, and ends", async () => {
    const machine = bench();
    machine.model.stalled.add("hf-base");
    const stop = new AbortController();
    const work = machine.apply({ "hf-base": {} }, stop.signal);
    await machine.rig.pass(SOME_MORE_MS);
    stop.abort(broken("Aborted"));
    const { faults } = await machine.rig.finish(work);
    assert.match(faults["hf-base"] ?? "", /^Aborted/);
    assert.deepEqual(await machine.resume("attempt-0"), { type: "running" });
    machine.model.stalled.clear();
    await machine.rig.pass(SOME_MORE_MS);
    assert.deepEqual(await machine.resume("attempt-0"), { type: "over" });
    assert.equal(machine.model.describe("hf-base")?.state.type, "installed");
    assert.deepEqual(await machine.resume("never-begun"), { type: "over" });
  });

  test("an installed version concerns all, an offered one only those with a version", async () => {
    const machine = bench();
    const inputs: readonly PackageInput[] = [
      {},
      { latest: true },
      { version: "2.*" },
      { state: "absent" },
      { minVersion: "1" },
    ];
    const specs = inputs.map((input) => packageKind.bind("hf-base", input, assert.fail));
    const noticed: number[] = [];
    const sink = { hint: (position: number) => noticed.push(position), overflow: assert.fail };
    const { host, rig, model } = machine;
    const context = { host, signal: new AbortController().signal, log: silentLog };
    await using watch = await rig.finish(
      packageKind.watch?.(specs, context, sink) ?? assert.fail("it is watched"),
    );
    model.changed("installed");
    await rig.pass(SOME_MORE_MS);
    assert.deepEqual(noticed.splice(0), [0, 1, 2, 3, 4]);
    model.lists = [...model.lists, { name: "hf-base", version: "3.0-1" }];
    model.changed("available");
    await rig.pass(SOME_MORE_MS);
    assert.deepEqual(noticed.splice(0), [1, 2, 4]);
    const [plain, latest] = specs;
    assert.ok(plain !== undefined && latest !== undefined);
    const added = new Map([
      [0, latest],
      [1, plain],
    ]);
    await watch.update?.({ removed: [0, 1, 4], added }, context.signal);
    model.lists = [...model.lists, { name: "hf-base", version: "4.0-1" }];
    model.changed("available");
    await rig.pass(SOME_MORE_MS);
    assert.deepEqual(new Set(noticed), new Set([0, 2]));
  });
});

function broken(reason: "CommandTimeout" | "Aborted"): Fault {
  return new Fault({ reason, message: "as the test wants", resolution: "Nothing is to be done." });
}

async function thrownBy(work: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Fault);
  return thrown;
}
