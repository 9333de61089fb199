import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  type PackageOperation,
  checkKindUnknown,
  checkSimulated,
  refuseSimulated,
  simulatedRig,
  type Start,
} from "@holdfast/testing";
import { packageKind } from "./kind.ts";
import type { PackageInput } from "./spec.ts";
import { installed, PackageBench, startWithPackages } from "./testing/package-bench.ts";

const named = (name: string, input: PackageInput) => ({ kind: packageKind, name, input });
const base = (input: PackageInput) => named("hf-base", input);
const half = (name: string): PackageOperation => ({ type: "package", name, is: "half-configured" });

suite("package", () => {
  test("K3: an installed package keeps its version, whatever is offered", async () => {
    const old = startWithPackages(installed("hf-base", "1.0-1"));
    await checkSimulated(base({}), old, []);
    const { packages } = await checkSimulated(base({}), startWithPackages(), ["state"]);
    assert.equal(packages.model.describe("hf-base")?.version, "2.0-1");
  });

  test("a version, a pattern, a minimum and the latest are had, and are enough as they are", async () => {
    const old = startWithPackages(installed("hf-base", "1.0-1"));
    const candidate = startWithPackages(installed("hf-base", "2.0~rc1-1"));
    for (const [input, start, expected, version] of [
      [{ version: "2.0~rc1-1" }, old, ["version"], "2.0~rc1-1"],
      [{ version: "2.0~*" }, old, ["version"], "2.0~rc1-1"],
      [{ version: "1.*" }, startWithPackages(), ["state", "version"], "1.0-1"],
      [{ version: "2.*" }, candidate, [], "2.0~rc1-1"],
      [{ version: "2.*", latest: true }, candidate, ["version"], "2.0-1"],
      [{ minVersion: "2.0~a" }, candidate, [], "2.0~rc1-1"],
      [{ minVersion: "2.0" }, candidate, ["version"], "2.0-1"],
      [{ latest: true }, old, ["version"], "2.0-1"],
      [{ latest: true }, startWithPackages(), ["state"], "2.0-1"],
    ] as const) {
      const { packages } = await checkSimulated(base(input), start, expected);
      assert.equal(packages.model.describe("hf-base")?.version, version, JSON.stringify(input));
    }
  });

  test("trap 8: nothing goes back to an older version unless that is allowed", async () => {
    const newer = startWithPackages(installed("hf-base", "2.0-1"));
    await refuseSimulated(base({ version: "1.0-1" }), newer, "PackageDowngrade");
    await refuseSimulated(base({ version: "1.*" }), newer, "PackageDowngrade");
    const allowed = base({ version: "1.*", allowDowngrade: true });
    await checkSimulated(allowed, newer, ["version"]);
  });

  test("the latest is not older than what is there, from wherever that is", async () => {
    const withdrawn = startWithPackages(installed("hf-base", "2.0-1"));
    await checkSimulated(
      base({ latest: true, allowDowngrade: true }),
      (host) => {
        withdrawn(host);
        const { model } = host.packages;
        model.lists = model.lists.filter(({ version }) => version !== "2.0-1");
      },
      [],
    );
  });

  test("trap 2: a virtual name is refused with those that provide it", async () => {
    for (const input of [{}, { latest: true }, { version: "1.*" }]) {
      const fault = await refuseSimulated(
        named("hf-mail", input),
        startWithPackages(),
        "PackageVirtual",
      );
      assert.match(fault.message, /hf-mail-a, hf-mail-b/);
    }
  });

  test("trap 7: a foreign hold is respected, a declared one kept through every change", async () => {
    const held = startWithPackages(installed("hf-base", "1.0-1", { isHeld: true }));
    await checkSimulated(base({}), held, []);
    await refuseSimulated(base({ latest: true }), held, "PackageHeld");
    await refuseSimulated(base({ state: "absent" }), held, "PackageHeld");
    await checkSimulated(base({ state: "absent", hold: false }), held, ["state"]);
    await checkSimulated(base({ latest: true, hold: false }), held, ["version", "hold"]);
    const { packages } = await checkSimulated(base({ latest: true, hold: true }), held, [
      "version",
    ]);
    assert.equal(packages.model.describe("hf-base")?.isHeld, true);
  });

  test("trap 7: a hold that was ours goes with the package", async () => {
    const held = startWithPackages(installed("hf-base", "1.0-1", { isHeld: true }));
    const spec = packageKind.bind("hf-base", { hold: true, latest: true }, assert.fail);
    const absent = packageKind.absent?.(spec);
    assert.ok(absent !== undefined);
    const rig = { ...packageKind, bind: () => absent };
    await checkSimulated({ ...base({}), kind: rig }, held, ["state"]);
  });

  test("trap 6: half-configured is neither there nor gone; it is finished, not installed again", async () => {
    const broken = startWithPackages(installed("hf-base", "1.0-1"), half("hf-base"));
    const { packages } = await checkSimulated(base({}), broken, ["state"]);
    assert.equal(packages.model.describe("hf-base")?.version, "1.0-1");
    const rest = startWithPackages(installed("hf-base", "2.0~rc1-1"), half("hf-base"));
    const finished = await checkSimulated(base({ version: "2.*" }), rest, ["state"]);
    assert.equal(finished.packages.model.describe("hf-base")?.version, "2.0~rc1-1");
    await checkSimulated(base({ state: "absent" }), broken, ["state"]);
    await checkSimulated(base({ latest: true }), broken, ["state", "version"]);
  });

  test("trap 9: what came as a dependency is marked as asked for, unless that is not wanted", async () => {
    const automatic = startWithPackages(installed("hf-base", "1.0-1", { isAutomatic: true }));
    const { packages } = await checkSimulated(base({}), automatic, ["manual"]);
    assert.equal(packages.model.describe("hf-base")?.isManual, true);
    await checkSimulated(base({ manual: false }), automatic, []);
  });

  test("trap 10: another architecture is named, and is another package", async () => {
    const host = await checkSimulated(named("hf-foreign:i386", {}), startWithPackages(), ["state"]);
    assert.deepEqual([...host.packages.model.installed.keys()], ["hf-foreign:i386"]);
    await refuseSimulated(named("hf-foreign", {}), startWithPackages(), "PackageNotFound");
  });

  test("trap 4: changed configuration is kept, replaced or purged as declared", async () => {
    const edited = (...more: readonly PackageOperation[]): Start => {
      const start = startWithPackages(installed("hf-conf", "1.0-1"), ...more);
      return (host) => {
        start(host);
        host.packages.model.conffiles.set("hf-conf", "mine");
      };
    };
    const conf = (input: PackageInput) => named("hf-conf", input);
    const kept = await checkSimulated(conf({ latest: true }), edited(), ["version"]);
    assert.equal(kept.packages.model.conffiles.get("hf-conf"), "mine");
    const replace = conf({ latest: true, conffiles: "replace" });
    const replaced = await checkSimulated(replace, edited(), ["version"]);
    assert.equal(replaced.packages.model.conffiles.get("hf-conf"), "two\n");
    const removed = await checkSimulated(conf({ state: "absent" }), edited(), ["state"]);
    assert.equal(removed.packages.model.conffiles.get("hf-conf"), "mine");
    const left = edited({ type: "package", name: "hf-conf", is: "removed" });
    await checkSimulated(conf({ state: "absent" }), left, []);
    const purged = await checkSimulated(conf({ state: "absent", purge: true }), left, ["state"]);
    assert.deepEqual([...purged.packages.model.conffiles], []);
  });

  test("recommended packages come along unless they are left out", async () => {
    const addon = (input: PackageInput) => named("hf-addon", input);
    const all = await checkSimulated(addon({}), startWithPackages(), ["state"]);
    assert.ok(all.packages.model.installed.has("hf-extra"));
    const bare = await checkSimulated(addon({ noRecommends: true }), startWithPackages(), [
      "state",
    ]);
    assert.deepEqual([...bare.packages.model.installed.keys()], ["hf-addon"]);
  });

  test("nothing is removed that others need", async () => {
    const needed = startWithPackages(installed("hf-base", "2.0-1"), installed("hf-app", "1.0-1"));
    const fault = await refuseSimulated(base({ state: "absent" }), needed, "PackageNeeded");
    assert.match(fault.message, /hf-app/);
  });

  test("trap 11: lists are fetched where something is not offered; what keeps them away is the fault", async () => {
    const late = named("hf-late", { minVersion: "1.0" });
    const start = startWithPackages();
    const { packages } = await checkSimulated(
      late,
      (host) => {
        start(host);
        host.packages.model.published.push({ name: "hf-late", version: "1.0-1" });
      },
      ["state", "version"],
    );
    assert.ok(packages.model.installed.has("hf-late"));
    const offline = (host: Parameters<typeof start>[0]) => {
      start(host);
      host.packages.model.isOffline = true;
    };
    const fault = await refuseSimulated(late, offline, "PackageListsUnavailable");
    assert.match(fault.message, /no source offers hf-late.*cannot be fetched/);
    await checkSimulated(base({ latest: true }), offline, ["state"]);
  });

  test("a package that goes with its configuration, or is there in part, cannot be written down", () => {
    const there = { state: "installed", version: "1.0-1", isHeld: true, isManual: false } as const;
    const describe = (input: PackageInput, state: "installed" | "config-files" | "unpacked") =>
      packageKind.describe?.(packageKind.bind("hf-base", input, assert.fail), { ...there, state });
    const purge = { state: "absent", purge: true } as const;
    assert.equal(describe(purge, "installed"), undefined);
    assert.equal(describe(purge, "config-files"), undefined);
    assert.equal(describe({}, "unpacked"), undefined);
    const all = { version: "1.0-1", hold: true, manual: false };
    assert.deepEqual(describe({ state: "absent" }, "installed"), all);
    assert.deepEqual(describe({}, "installed"), { manual: false });
  });

  test("K3: a database that cannot be read is unknown, never a machine without packages", async () => {
    const rig = simulatedRig((host) => {
      host.packages.model.damage = "it is cut";
    });
    for (const input of [{}, { state: "absent" as const }]) {
      await checkKindUnknown(base(input), "PackageDatabaseUnreadable", rig);
    }
  });

  test("an upgrade fetches the lists and installs the newest of the versions that are as declared, once", async () => {
    for (const [input, expected] of [
      [{}, "2.0-1"],
      [{ hold: true }, "2.0-1"],
      [{ version: "1.*" }, "1.0-1"],
      [{ version: "2.0~*" }, "2.0~rc1-1"],
    ] as const) {
      const bench = new PackageBench(startWithPackages(installed("hf-base", "1.0-1")));
      bench.model.lists = [];
      await bench.operate("hf-base", input, "upgrade");
      assert.equal(bench.model.describe("hf-base")?.version, expected, JSON.stringify(input));
    }
    const held = startWithPackages(installed("hf-base", "1.0-1", { isHeld: true }));
    const refused = new PackageBench(held).operate("hf-base", {}, "upgrade");
    await assert.rejects(refused, { reason: "PackageHeld" });
    const absent = new PackageBench(startWithPackages()).operate(
      "hf-base",
      { state: "absent" },
      "upgrade",
    );
    await assert.rejects(absent, { reason: "OperationRefused" });
  });
});
