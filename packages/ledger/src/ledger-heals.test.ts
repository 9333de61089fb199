import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { createLogCalls, sealWithChecksum } from "@holdfast/daemonkit/appendlog";
import { seededRandom } from "@holdfast/testing";
import { SimulatedLogDisk } from "@holdfast/testing/log-disk";
import { type OpenLedger, openLedger } from "./ledger.ts";
import { LEDGER, openOnDisk, UNSTOPPED, warnings } from "./testing/open-on-disk.ts";

const isRoot = process.geteuid?.() === 0;
const CALLS = createLogCalls({ directory: 0o700, file: 0o600 });

/** The path of a ledger in a directory of its own, which goes with the test. */
function makePlace(t: TestContext): string {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-ledger-"));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  return join(directory, "lib", LEDGER);
}

function open(path: string, log = warnings().log): Promise<OpenLedger> {
  return openLedger({ calls: CALLS, path, log, random: seededRandom(1) }, UNSTOPPED);
}

/** Takes what room there is. */
function fill(path: string): void {
  const file = fs.openSync(path, "w");
  try {
    for (;;) fs.writeSync(file, Buffer.alloc(4_096));
  } catch (error) {
    assert.ok(error instanceof Error && "code" in error && error.code === "ENOSPC");
  } finally {
    fs.closeSync(file);
  }
}

suite("a ledger that the disk has lost", () => {
  const losses: Readonly<Record<string, (path: string) => void>> = {
    "its file is removed": (path) => fs.rmSync(path),
    "its directory is removed": (path) => fs.rmSync(join(path, ".."), { recursive: true }),
    "its directory is moved away": (path) =>
      fs.renameSync(join(path, ".."), join(path, "../../moved")),
    "its file is moved away": (path) => fs.renameSync(path, `${path}.old`),
    "its file is emptied": (path) => fs.truncateSync(path),
    "another file takes its place": (path) => {
      fs.rmSync(path);
      fs.writeFileSync(path, "garbage\n", { mode: 0o600 });
    },
    "a directory takes its place": (path) => {
      fs.rmSync(path);
      fs.mkdirSync(join(path, "sub"), { recursive: true });
    },
    "a link takes its place": (path) => {
      fs.rmSync(path);
      fs.symlinkSync("/nowhere", path);
    },
    "somebody writes into it": (path) => fs.appendFileSync(path, "garbage\n"),
  };
  for (const [what, lose] of Object.entries(losses)) {
    for (const noticedBy of ["a record", "a check"] as const) {
      test(`C4: when ${what}, ${noticedBy} has it written anew from memory`, async (t) => {
        const path = makePlace(t);
        const { log, warned } = warnings();
        await using ledger = await open(path, log);
        await ledger.oneShots.done("before", UNSTOPPED);
        lose(path);
        if (noticedBy === "a check") await ledger.check(UNSTOPPED);
        else await ledger.oneShots.begin("after", UNSTOPPED);
        assert.ok(warned.includes("the ledger was written anew from memory"), warned.join("; "));
        assert.equal(ledger.condition, undefined);
        assert.equal(fs.statSync(path).mode & 0o7777, 0o600);
        assert.equal(fs.statSync(join(path, "..")).mode & 0o7777, 0o700);
        await ledger.oneShots.begin("last", UNSTOPPED);
        const { oneShots } = await open(path);
        assert.equal(oneShots.state("before"), "done");
        assert.equal(oneShots.state("after"), noticedBy === "a check" ? undefined : "begun");
        assert.equal(oneShots.state("last"), "begun");
      });
    }
  }

  test("C4: a ledger that was only read and is lost then is written anew by a check", async (t) => {
    const path = makePlace(t);
    {
      await using first = await open(path);
      await first.oneShots.done("before", UNSTOPPED);
    }
    await using ledger = await open(path);
    fs.rmSync(path);
    await ledger.check(UNSTOPPED);
    assert.equal((await open(path)).oneShots.state("before"), "done");
  });

  test("K5: a one-shot that another writer has put on record is not forgotten when the ledger is written anew", async (t) => {
    const path = makePlace(t);
    await using ledger = await open(path);
    await ledger.oneShots.begin("ours", UNSTOPPED);
    const theirs = [
      '{"type":"key","key":"theirs","as":"begun"}',
      '{"type":"key","key":"ours","as":"done"}',
    ];
    for (const line of theirs) fs.appendFileSync(path, `${sealWithChecksum(line)}\n`);
    await ledger.oneShots.begin("next", UNSTOPPED);
    for (const { oneShots } of [ledger, await open(path)]) {
      assert.equal(oneShots.state("theirs"), "begun");
      assert.equal(oneShots.state("ours"), "done");
    }
  });

  test("C4: one sync that fails costs no record", async () => {
    let failures = 0;
    const disk = new SimulatedLogDisk({
      before: (call) => {
        if (call === "sync" && failures-- === 1) throw new Error("EIO: i/o error");
      },
    });
    const { log, warned } = warnings();
    const ledger = await openOnDisk(disk, { log });
    await ledger.oneShots.done("before", UNSTOPPED);
    failures = 1;
    await Promise.all(["a", "b"].map((key) => ledger.oneShots.begin(key, UNSTOPPED)));
    assert.deepEqual(warned, ["the ledger was written anew from memory"]);
    assert.equal(ledger.condition, undefined);
    const { oneShots } = await openOnDisk(disk.afterPowerLoss(() => 0, {}));
    assert.deepEqual(
      ["before", "a", "b"].map((key) => oneShots.state(key)),
      ["done", "begun", "begun"],
    );
  });

  test("C4: while the disk takes nothing every record is refused and the condition says why; it ends with the failure, published once each", async () => {
    const disk = new SimulatedLogDisk();
    const ledger = await openOnDisk(disk);
    const published: (string | undefined)[] = [];
    ledger.onCondition(() => void published.push(ledger.condition?.reason));
    await ledger.oneShots.done("before", UNSTOPPED);
    disk.remove(LEDGER);
    disk.isReadOnly = true;
    for (const key of ["a", "b"]) {
      await assert.rejects(ledger.oneShots.begin(key, UNSTOPPED), { reason: "ReadOnly" });
      assert.equal(ledger.oneShots.state(key), undefined);
    }
    await ledger.check(UNSTOPPED);
    assert.deepEqual(published, ["ReadOnly"]);
    disk.isReadOnly = false;
    await ledger.check(UNSTOPPED);
    assert.deepEqual(published, ["ReadOnly", undefined]);
    assert.equal((await openOnDisk(disk)).oneShots.state("before"), "done");
  });
});

suite("a ledger on a real disk", () => {
  test("promise 9: reading makes nothing, the first record a 0600 file in a 0700 directory, whatever the umask", async (t) => {
    const path = makePlace(t);
    await using ledger = await open(path);
    await ledger.check(UNSTOPPED);
    assert.ok(!fs.existsSync(join(path, "..")));
    const umask = process.umask(0o077);
    try {
      await ledger.oneShots.begin("key", UNSTOPPED);
    } finally {
      process.umask(umask);
    }
    assert.equal(fs.statSync(path).mode & 0o7777, 0o600);
    assert.equal(fs.statSync(join(path, "..")).mode & 0o7777, 0o700);
    assert.deepEqual(fs.readdirSync(join(path, "..")), [LEDGER]);
  });

  test("C4: many records at once share their syncs", async (t) => {
    const path = makePlace(t);
    let syncs = 0;
    const counted = {
      ...CALLS,
      create: async (name: string) => {
        const file = await CALLS.create(name);
        return { ...file, sync: () => ((syncs += 1), file.sync()) };
      },
    };
    await using sharing = await openLedger(
      { calls: counted, path, log: warnings().log, random: seededRandom(1) },
      UNSTOPPED,
    );
    const keys = Array.from({ length: 1_000 }, (_, at) => `key ${at}`);
    await Promise.all(keys.map((key) => sharing.oneShots.begin(key, UNSTOPPED)));
    assert.ok(syncs < 10, `${syncs} syncs`);
    assert.equal((await open(path)).oneShots.state("key 999"), "begun");
  });

  test("C4: a ledger that others can write is not read; when it is safe again nothing of it is lost", async (t) => {
    const path = makePlace(t);
    {
      await using first = await open(path);
      await first.oneShots.done("before", UNSTOPPED);
    }
    const spoil: readonly (readonly [() => void, () => void])[] = [
      [() => fs.chmodSync(path, 0o620), () => fs.chmodSync(path, 0o600)],
      [() => fs.chmodSync(join(path, ".."), 0o777), () => fs.chmodSync(join(path, ".."), 0o700)],
      ...(isRoot
        ? [[() => fs.chownSync(path, 65_534, 65_534), () => fs.chownSync(path, 0, 0)] as const]
        : []),
    ];
    for (const [make, mend] of spoil) {
      make();
      await using ledger = await open(path);
      assert.equal(ledger.condition?.reason, "PathUnsafe");
      await assert.rejects(ledger.oneShots.begin("new", UNSTOPPED), { reason: "PathUnsafe" });
      mend();
      await ledger.check(UNSTOPPED);
      assert.equal(ledger.condition, undefined);
      assert.equal(ledger.oneShots.state("before"), "done");
    }
  });

  test("C4: a full disk is DiskFull, keeps what was durable, and ends when there is room", {
    skip: !isRoot && "mounting needs root",
  }, async (t) => {
    const path = makePlace(t);
    const small = join(path, "..");
    fs.mkdirSync(small, { mode: 0o700 });
    const mount = ["-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", small];
    if (spawnSync("mount", mount).status !== 0) return t.skip("mounting is not allowed here");
    using _mounted = { [Symbol.dispose]: () => spawnSync("umount", [small]) };
    {
      await using ledger = await open(path);
      await ledger.oneShots.done("before", UNSTOPPED);
      fill(join(small, "fill"));
      const long = "x".repeat(6_000);
      await assert.rejects(ledger.oneShots.begin(long, UNSTOPPED), { reason: "DiskFull" });
      assert.equal(ledger.condition?.reason, "DiskFull");
      fs.rmSync(join(small, "fill"));
      await ledger.check(UNSTOPPED);
      assert.equal(ledger.condition, undefined);
      await ledger.oneShots.begin(long, UNSTOPPED);
    }
    const { oneShots } = await open(path);
    assert.equal(oneShots.state("before"), "done");
    assert.deepEqual(fs.readdirSync(small), [LEDGER]);
  });

  test("C4: a damaged ledger on a full disk is DiskFull, leaves no half copy, and heals when there is room", {
    skip: !isRoot && "mounting needs root",
  }, async (t) => {
    const path = makePlace(t);
    const small = join(path, "..");
    fs.mkdirSync(small, { mode: 0o700 });
    const mount = ["-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", small];
    if (spawnSync("mount", mount).status !== 0) return t.skip("mounting is not allowed here");
    using _mounted = { [Symbol.dispose]: () => spawnSync("umount", [small]) };
    fs.writeFileSync(path, "damaged\n".repeat(1_000), { mode: 0o600 });
    fill(join(small, "fill"));
    await using ledger = await open(path);
    await assert.rejects(ledger.oneShots.begin("key", UNSTOPPED), { reason: "DiskFull" });
    assert.deepEqual(fs.readdirSync(small).toSorted(), ["fill", LEDGER].toSorted());
    fs.rmSync(join(small, "fill"));
    await ledger.check(UNSTOPPED);
    await ledger.oneShots.begin("key", UNSTOPPED);
    assert.deepEqual(fs.readdirSync(small).toSorted(), [LEDGER, `${LEDGER}.aside-1`].toSorted());
    await ledger[Symbol.asyncDispose]();
  });

  test("C4: a disk that is mounted read-only is ReadOnly, and ends when it is writable", {
    skip: !isRoot && "mounting needs root",
  }, async (t) => {
    const path = makePlace(t);
    const small = join(path, "..");
    fs.mkdirSync(small, { mode: 0o700 });
    const mount = ["-t", "tmpfs", "-o", "size=256k,mode=0700,ro", "tmpfs", small];
    if (spawnSync("mount", mount).status !== 0) return t.skip("mounting is not allowed here");
    using _mounted = { [Symbol.dispose]: () => spawnSync("umount", [small]) };
    await using ledger = await open(path);
    await assert.rejects(ledger.oneShots.begin("key", UNSTOPPED), { reason: "ReadOnly" });
    assert.equal(ledger.condition?.reason, "ReadOnly");
    assert.equal(spawnSync("mount", ["-o", "remount,rw", small]).status, 0);
    await ledger.check(UNSTOPPED);
    assert.equal(ledger.condition, undefined);
    await ledger.oneShots.begin("key", UNSTOPPED);
    await ledger[Symbol.asyncDispose]();
  });
});
