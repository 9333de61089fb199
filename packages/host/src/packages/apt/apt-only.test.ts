import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { PackageProgress, PackageTransaction, PackageTransactionResult } from "@holdfast/core";
import {
  anyRequest,
  type AptMachine,
  type BuiltPackages,
  buildPackages,
  holdLock,
  openAptMachine,
  simulatedPackageSubject,
  UNIVERSE,
} from "@holdfast/testing";
import fc from "fast-check";

const never = new AbortController().signal;
const missing =
  process.geteuid?.() === 0 && existsSync("/usr/bin/apt-get") ? undefined : "needs root and apt";
/** Each is a machine with up to three transactions. */
const COMPARED_SEQUENCES = 8;
const COMPARISON_MS = 300_000;

suite("what only a real apt does", { skip: missing ?? false }, () => {
  let built: BuiltPackages;
  before(() => {
    built = buildPackages(UNIVERSE);
  });
  after(() => built[Symbol.dispose]());
  const open = (): AptMachine => openAptMachine({ built });

  test("the simulated machine does what apt does, with every result", {
    timeout: COMPARISON_MS,
  }, async () => {
    const sequences = fc.array(anyRequest, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        await using real = open();
        await using simulated = simulatedPackageSubject();
        for (const request of sequence) {
          const [a, b] = [
            await real.packages.transact(request, { task: "law" }, never),
            await simulated.finish(simulated.packages.transact(request, { task: "law" }, never)),
          ];
          assert.deepEqual(reasonsOf(b), reasonsOf(a));
          const ours = async (packages: AptMachine["packages"]) => {
            const found = [...(await packages.read(never)).packages];
            return new Map(found.filter(([name]) => name.startsWith("hf-")));
          };
          assert.deepEqual(await ours(simulated.packages), await ours(real.packages));
        }
      }),
      { numRuns: COMPARED_SEQUENCES },
    );
  });

  test("trap 1: each lock of dpkg and apt is waited for, by every step", async () => {
    await using machine = open();
    const steps: PackageTransaction[] = [
      { install: [{ name: "hf-base" }] },
      { hold: ["hf-base"] },
      { install: [{ name: "hf-extra" }], refreshLists: true },
      { remove: ["hf-extra"] },
    ];
    const locks = [
      "lib/dpkg/lock-frontend",
      "lib/dpkg/lock",
      "lib/apt/lists/lock",
      "cache/apt/archives/lock",
    ];
    for (const [at, request] of steps.entries()) {
      const path = `var/${locks[at] ?? ""}`;
      const lock = await holdLock(join(machine.root, path));
      const waited: PackageProgress[] = [];
      const progress = (step: PackageProgress): void => {
        waited.push(step);
        void lock[Symbol.asyncDispose]();
      };
      const result = await machine.packages.transact(request, { task: "law", progress }, never);
      assert.deepEqual(new Set(reasonsOf(result).values()), new Set(["done"]));
      const holder = { path: `/${path}`, pid: lock.pid, program: "perl" };
      assert.deepEqual(waited[0], { type: "waiting", holder });
    }
  });

  test("trap 3: scripts get the environment that asks and restarts nothing, and no input", async () => {
    await using machine = open();
    const request = { install: [{ name: "hf-extra" }] };
    const result = await machine.packages.transact(request, { task: "law" }, never);
    assert.deepEqual(reasonsOf(result).get("hf-extra"), "done");
    const environment = readFileSync(join(machine.root, "srv/laws/environment/hf-extra"), "utf8");
    const lines = new Set(environment.split("\n"));
    for (const line of [
      "LC_ALL=C",
      "DEBIAN_FRONTEND=noninteractive",
      "DEBCONF_NONINTERACTIVE_SEEN=true",
      "APT_LISTCHANGES_FRONTEND=none",
      "APT_LISTBUGS_FRONTEND=none",
      "NEEDRESTART_SUSPEND=1",
      "UCF_FORCE_CONFFOLD=1",
    ]) {
      assert.ok(lines.has(line), line);
    }
    assert.ok(!/^HOME=|^NODE/m.test(environment), "nothing of our own environment");
  });

  test("trap 7: a change that needs another held package to change is refused", async () => {
    await using machine = open();
    const { packages, actor } = machine;
    const pair = (version: string) => [
      { name: "hf-pair-a", version, depends: [`hf-pair-b (= ${version})`] },
      { name: "hf-pair-b", version },
    ];
    actor.publish(...pair("1.0-1"), ...pair("2.0-1"));
    await actor.fetchLists();
    const first = {
      install: [
        { name: "hf-pair-a", version: "1.0-1" },
        { name: "hf-pair-b", version: "1.0-1" },
      ],
    };
    const hold = ["hf-pair-a", "hf-pair-b"];
    assert.deepEqual(
      [...reasonsOf(await packages.transact({ ...first, hold }, { task: "law" }, never)).values()],
      ["done", "done"],
    );
    const second = { install: [{ name: "hf-pair-a", version: "2.0-1" }], hold: ["hf-pair-a"] };
    const refused = await packages.transact(second, { task: "law" }, never);
    assert.deepEqual([...reasonsOf(refused)], [["hf-pair-a", "PackageFailed"]]);
    assert.equal((await packages.read(never)).packages.get("hf-pair-b")?.version, "1.0-1");
  });

  test("a database that was replaced within one second, by one as long, is seen by apt too", async () => {
    await using machine = open();
    const { packages } = machine;
    const request = { install: [{ name: "hf-base", version: "2.0-1" }] };
    await packages.transact(request, { task: "law" }, never);
    // apt would keep what it made of the database, and know it again by its second and its length.
    await packages.candidates(["hf-base"], never);
    await packages.transact({ install: [{ name: "hf-extra" }] }, { task: "law" }, never);
    await packages.transact({ remove: ["hf-extra"] }, { task: "law" }, never);
    const status = join(machine.root, "var/lib/dpkg/status");
    const { atime, mtime } = statSync(status);
    const text = readFileSync(status, "utf8");
    writeFileSync(status, text.replace(/(Package: hf-base\n[^]*?Version: )2\.0-1/, "$11.0-1"));
    utimesSync(status, atime, mtime);
    assert.equal((await packages.read(never)).packages.get("hf-base")?.version, "1.0-1");
    const again = await packages.transact(request, { task: "law" }, never);
    assert.deepEqual([...reasonsOf(again)], [["hf-base", "done"]]);
    assert.equal((await packages.read(never)).packages.get("hf-base")?.version, "2.0-1");
  });

  test("names: a package that is called like the removal of another is not installed for it", async () => {
    await using machine = open();
    const { packages, actor } = machine;
    actor.publish({ name: "hf-extra-", version: "1.0-1" });
    await actor.fetchLists();
    await packages.transact({ install: [{ name: "hf-extra" }] }, { task: "law" }, never);
    const request = { install: [{ name: "hf-base" }], remove: ["hf-extra"] };
    const result = await packages.transact(request, { task: "law" }, never);
    assert.deepEqual(
      [...reasonsOf(result)],
      [
        ["hf-base", "done"],
        ["hf-extra", "PackageFailed"],
      ],
    );
    const found = (await packages.read(never)).packages;
    assert.equal(found.get("hf-extra-"), undefined);
    assert.equal(found.get("hf-extra")?.state.type, "installed");
  });

  test("a package that must be unpacked again is broken, and nothing is tried on it", async () => {
    await using machine = open();
    const { packages, database } = machine;
    await packages.transact({ install: [{ name: "hf-base" }] }, { task: "law" }, never);
    database.setStatus("hf-base", "install reinstreq half-installed");
    const request = { install: [{ name: "hf-base" }, { name: "hf-extra" }] };
    const result = await packages.transact(request, { task: "law" }, never);
    assert.equal(reasonsOf(result).get("hf-base"), "PackageBroken");
  });
});

function reasonsOf({ results }: PackageTransactionResult): ReadonlyMap<string, string> {
  return new Map(
    [...results].map(([name, result]) => [
      name,
      result.type === "done" ? "done" : result.fault.reason,
    ]),
  );
}
