import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { openLogStorage } from "./log-storage.ts";

const never = new AbortController().signal;
const isRoot = process.geteuid?.() === 0;

function makeDirectory(t: TestContext): string {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-storage-"));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function modeOf(path: string): string {
  return (fs.statSync(path).mode & 0o7777).toString(8);
}

test("a log that is only read creates nothing", async (t) => {
  const directory = makeDirectory(t);
  await using log = openLogStorage(join(directory, "deep/ledger/log"));
  assert.equal(await log.read(never), undefined);
  await log.truncate(0, never);
  assert.deepEqual(fs.readdirSync(directory), []);
});

test("the first append makes a 0600 file in a 0700 directory, whatever the umask", async (t) => {
  const directory = makeDirectory(t);
  await using log = openLogStorage(join(directory, "deep/ledger/log"));
  await log.append("one\n", never);
  assert.equal(await log.read(never), "one\n");
  assert.equal(modeOf(join(directory, "deep/ledger")), "700");
  assert.equal(modeOf(join(directory, "deep/ledger/log")), "600");
});

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant("append" as const), text: fc.string() }) },
  fc.record({ type: fc.constant("replace" as const), text: fc.string() }),
  fc.record({ type: fc.constant("truncate" as const), sizeBytes: fc.nat(20) }),
  fc.record({ type: fc.constant("reopen" as const) }),
);

test("C4: calls made together take effect in the order they were made in", async (t) => {
  const directory = makeDirectory(t);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step), async (steps) => {
      run += 1;
      const path = join(directory, `log${run}`);
      const waits: Promise<void>[] = [];
      let log = openLogStorage(path);
      let expected: Buffer | undefined;
      for (const one of steps) {
        if (one.type === "append") {
          expected = Buffer.concat([expected ?? Buffer.alloc(0), Buffer.from(one.text)]);
          waits.push(log.append(one.text, never));
        } else if (one.type === "replace") {
          expected = Buffer.from(one.text);
          waits.push(log.replace(one.text, never));
        } else if (one.type === "truncate") {
          const sizeBytes = Math.min(one.sizeBytes, expected?.byteLength ?? 0);
          expected = expected?.subarray(0, sizeBytes);
          waits.push(log.truncate(sizeBytes, never));
        } else {
          const disposed = log[Symbol.asyncDispose]();
          await Promise.all(waits);
          await disposed;
          log = openLogStorage(path);
        }
      }
      await Promise.all(waits);
      assert.equal(await log.read(never), expected?.toString("utf8"));
      await log[Symbol.asyncDispose]();
      assert.deepEqual(fs.existsSync(`${path}.new`), false);
    }),
    { numRuns: 60 },
  );
});

test("C4: appends that arrive while a sync runs share the next one", async (t) => {
  const directory = makeDirectory(t);
  await using log = openLogStorage(join(directory, "log"));
  const order: number[] = [];
  const startMs = performance.now();
  const appends = Array.from({ length: 5_000 }, async (_, n) => {
    await log.append(`${n}\n`, never);
    order.push(n);
  });
  await Promise.all(appends);
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  // One sync each would take seconds on any disk; all in one batch takes milliseconds.
  assert.ok(performance.now() - startMs < 2_000, "it did not share");
  assert.equal((await log.read(never))?.split("\n").length, 5_001);
});

test("an append that was aborted before its turn is not written; the others are", async (t) => {
  const directory = makeDirectory(t);
  await using log = openLogStorage(join(directory, "log"));
  const abort = new AbortController();
  const first = log.append("first\n", never);
  const second = log.append("second\n", abort.signal);
  const third = log.append("third\n", never);
  abort.abort();
  await assert.rejects(second, { reason: "Aborted" });
  await Promise.all([first, third]);
  assert.equal(await log.read(never), "first\nthird\n");
  await assert.rejects(log.append("x", AbortSignal.abort()), { reason: "Aborted" });
});

test("a log that others can write, or that is not a file of ours, is PathUnsafe", {
  timeout: 60_000,
}, async (t) => {
  const directory = makeDirectory(t);
  const path = join(directory, "log");
  const unsafe = async (prepare: () => void) => {
    fs.rmSync(path, { recursive: true, force: true });
    prepare();
    await using log = openLogStorage(path);
    await assert.rejects(log.read(never), { reason: "PathUnsafe" });
    await assert.rejects(log.append("x", never), { reason: "PathUnsafe" });
  };
  await unsafe(() => {
    fs.writeFileSync(path, "");
    fs.chmodSync(path, 0o620);
  });
  await unsafe(() => {
    fs.writeFileSync(join(directory, "elsewhere"), "");
    fs.symlinkSync("elsewhere", path);
  });
  await unsafe(() => {
    fs.mkdirSync(path);
  });
  await unsafe(() => {
    assert.equal(spawnSync("mkfifo", [path]).status, 0);
  });
  if (isRoot) {
    await unsafe(() => {
      fs.writeFileSync(path, "");
      fs.chownSync(path, 65_534, 65_534);
    });
  }
  await unsafe(() => fs.chmodSync(directory, 0o777));
  fs.chmodSync(directory, 0o700);
  assert.equal(fs.readFileSync(join(directory, "elsewhere"), "utf8"), "");
});

test("a directory that is a link is PathUnsafe", async (t) => {
  const directory = makeDirectory(t);
  fs.mkdirSync(join(directory, "real"), { mode: 0o700 });
  fs.symlinkSync("real", join(directory, "linked"));
  await using log = openLogStorage(join(directory, "linked/log"));
  await assert.rejects(log.append("x", never), { reason: "PathUnsafe" });
  assert.deepEqual(fs.readdirSync(join(directory, "real")), []);
});

test("a log that was removed while it was open fails loudly, and a replacement heals it", async (t) => {
  const directory = makeDirectory(t);
  const path = join(directory, "log");
  await using log = openLogStorage(path);
  await log.append("one\n", never);
  fs.rmSync(path);
  await assert.rejects(log.append("two\n", never), { reason: "LedgerUnavailable" });
  await log.replace("all\n", never);
  await log.append("more\n", never);
  assert.equal(fs.readFileSync(path, "utf8"), "all\nmore\n");
});

test("C4: a full disk is DiskFull, leaves what was durable, and heals when there is space", {
  skip: !isRoot && "mounting needs root",
}, async (t) => {
  const directory = makeDirectory(t);
  const small = join(directory, "small");
  fs.mkdirSync(small);
  const mount = ["-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", small];
  if (spawnSync("mount", mount).status !== 0) return t.skip("mounting is not allowed here");
  using _mounted = { [Symbol.dispose]: () => spawnSync("umount", [small]) };
  const path = join(small, "log");
  {
    await using log = openLogStorage(path);
    await log.append("kept\n", never);
    await assert.rejects(log.append("x".repeat(200_000), never), { reason: "DiskFull" });
    assert.equal(await log.read(never), "kept\n");
    await assert.rejects(log.replace("x".repeat(200_000), never), { reason: "DiskFull" });
    await log.append("after\n", never);
    await log.replace("new\n", never);
    assert.equal(await log.read(never), "new\n");
  }
  assert.deepEqual(fs.readdirSync(small), ["log"]);
});

test("a leftover of a replacement that was cut off does not matter", async (t) => {
  const directory = makeDirectory(t);
  fs.writeFileSync(join(directory, ".log.new"), "torn");
  await using log = openLogStorage(join(directory, "log"));
  await log.replace("whole\n", never);
  assert.deepEqual(fs.readdirSync(directory), ["log"]);
});
