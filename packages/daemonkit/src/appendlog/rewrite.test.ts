import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type LogDiskOptions, SHORT_WRITES, SimulatedLogDisk } from "@holdfast/testing/log-disk";
import { DaemonFault } from "../daemon-fault.ts";
import { makeScratch } from "../testing/scratch.ts";
import type { AppendLog } from "./append-log.ts";
import { openAppendLog } from "./open-append-log.ts";
import { createLogCalls } from "./system-log-calls.ts";

/** The last value of each key, as lines `key value` say it in their order. */
type Values = Map<string, number>;

function take(values: Values, line: string): void {
  const [key = "", value = ""] = line.split(" ");
  values.set(key, Number(value));
}

const linesOf = (values: Values): readonly string[] =>
  [...values].map(([key, value]) => `${key} ${value}`);

function valuesIn(disk: SimulatedLogDisk): Values {
  const values: Values = new Map();
  for (const line of disk.text("log").split("\n").slice(0, -1)) take(values, line);
  return values;
}

/** A log of values that keeps them in memory too, and heals as a ledger does: it is rewritten, and the line comes again. */
class ValueLog {
  readonly durable: Values = new Map();
  readonly acknowledged: Values = new Map();
  readonly #log: AppendLog;

  static async open(disk: SimulatedLogDisk): Promise<ValueLog> {
    return new ValueLog(await openAppendLog({ path: "/log", calls: disk.calls }));
  }

  private constructor(log: AppendLog) {
    this.#log = log;
  }

  async set(key: string, value: number): Promise<void> {
    const line = `${key} ${value}`;
    const append = () => this.#log.append(line, { onDurable: () => take(this.durable, line) });
    await append().catch(async (error: unknown) => {
      assert.ok(error instanceof DaemonFault);
      if (this.#log.fault !== undefined) await this.rewrite();
      return append();
    });
    take(this.acknowledged, line);
  }

  rewrite(): Promise<void> {
    return this.#log.rewrite(() => linesOf(this.durable));
  }

  close(): Promise<void> {
    return Promise.resolve(this.#log[Symbol.asyncDispose]());
  }
}

/** Values that rise, three lines and a rewrite at a time, so that lines wait while the file is replaced. */
async function writeValues(log: ValueLog): Promise<void> {
  for (let round = 1; round <= 3; round += 1) {
    const keys = ["a", "b", `only in round ${round}`.replaceAll(" ", "-")];
    const setting = keys.map((key, index) => log.set(key, 10 * round + index));
    await Promise.allSettled([...setting, log.rewrite(), log.set("after", round)]);
  }
  await log.close();
}

/** Whatever was acknowledged is there, or what was said later. */
function checkKept(found: Values, acknowledged: Values): void {
  for (const [key, value] of acknowledged) {
    assert.ok((found.get(key) ?? -1) >= value, `${key} is ${found.get(key)}, not ${value}`);
  }
}

const faultOf = ({ fault }: AppendLog): string | undefined => fault?.reason;

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function callCountOf(options: LogDiskOptions): Promise<number> {
  const disk = new SimulatedLogDisk(options);
  await writeValues(await ValueLog.open(disk));
  checkKept(valuesIn(disk), new Map([["after", 3]]));
  return disk.callCount;
}

suite("rewriting a log", () => {
  test("M11: power lost at any call of a rewrite, with any luck, loses no acknowledged line", async () => {
    const calls = await callCountOf(SHORT_WRITES);
    assert.ok(calls > 25, `there are many calls to stop at, and not ${calls}`);
    for (let atCall = 1; atCall <= calls; atCall += 1) {
      const disk = new SimulatedLogDisk({ ...SHORT_WRITES, injection: "power-lost", atCall });
      const opening = ValueLog.open(disk);
      let log: ValueLog | undefined;
      void opening.then((opened) => {
        log = opened;
        return writeValues(opened);
      });
      await settle();
      await settle();
      for (const luck of [0, 0.3, 0.5, 0.8, 1]) {
        for (const luckOfNew of [luck, 1 - luck]) {
          const survivor = disk.afterPowerLoss((name) => (name === "log" ? luck : luckOfNew));
          await openAppendLog({ path: "/log", calls: survivor.calls });
          checkKept(valuesIn(survivor), log?.acknowledged ?? new Map());
        }
      }
    }
  });

  for (const injection of ["fails-once", "fails-always"] as const) {
    test(`M11: a disk that ${injection} at any call loses no acknowledged line, nor when power goes afterwards`, async () => {
      const calls = await callCountOf(SHORT_WRITES);
      for (let atCall = 1; atCall <= calls; atCall += 1) {
        const disk = new SimulatedLogDisk({ ...SHORT_WRITES, injection, atCall });
        const log = await ValueLog.open(disk).catch(() => undefined);
        if (log === undefined) continue;
        await writeValues(log).catch(() => {});
        for (const survivor of [disk.afterKill(), disk.afterPowerLoss(() => 0)]) {
          await openAppendLog({ path: "/log", calls: survivor.calls });
          checkKept(valuesIn(survivor), log.acknowledged);
        }
        if (injection === "fails-once") assert.equal(log.acknowledged.get("after"), 3, "it healed");
      }
    });
  }

  test("M11: a rewrite on a full disk fails, leaves the old file, and holds up no line that comes after it", async () => {
    const disk = SimulatedLogDisk.holding({ log: "old\n" });
    await using log = await openAppendLog({ path: "/log", calls: disk.calls });
    disk.isFull = true;
    await assert.rejects(
      log.rewrite(() => ["new"]),
      { reason: "DiskFull" },
    );
    assert.equal(log.fault, undefined);
    disk.isFull = false;
    await log.append("more");
    assert.equal(disk.text("log"), "old\nmore\n");
    assert.deepEqual([...disk.contents.keys()], ["log"], "nothing is left of the attempt");
  });

  test("M11: a rewrite that fails after the new file has the name acknowledges nothing until another one succeeds", async () => {
    let isBroken = true;
    const disk = new SimulatedLogDisk({
      before: (call) => {
        if (call === "syncDirectory" && isBroken) throw new Error("EIO: i/o error");
      },
    });
    isBroken = false;
    await using log = await openAppendLog({ path: "/log", calls: disk.calls });
    await log.append("one");
    isBroken = true;
    await assert.rejects(log.rewrite(() => ["one"]));
    assert.equal(faultOf(log), "AppendLogBroken");
    await assert.rejects(log.append("two"), { reason: "AppendLogBroken" });
    isBroken = false;
    await log.rewrite(() => ["one"]);
    await log.append("two");
    assert.equal(disk.afterPowerLoss(() => 0).text("log"), "one\ntwo\n");
  });

  test("M11: a rewrite seals its lines, each after the one before, and what follows after them", async () => {
    const disk = SimulatedLogDisk.holding({ log: "old\n" });
    const seal = (line: string, previous = "start"): string => `${line}<${previous.slice(0, 5)}`;
    await using log = await openAppendLog({ path: "/log", calls: disk.calls, seal });
    await log.rewrite(() => ["one", "two"]);
    assert.equal(await log.append("three"), "three<two<o");
    assert.equal(disk.text("log"), "one<start\ntwo<one<s\nthree<two<o\n");
    assert.equal(log.sizeBytes, disk.content("log").length);
    await log.rewrite(() => []);
    assert.equal(log.lastLine, undefined);
    assert.equal(await log.append("four"), "four<start");
  });

  test("M11: a log that is opened with its content has nothing else, whatever was there", async () => {
    const disk = SimulatedLogDisk.holding({ log: "garbage without an end" });
    await using log = await openAppendLog({
      path: "/log",
      calls: disk.calls,
      content: () => ["one"],
    });
    await log.append("two");
    assert.equal(disk.text("log"), "one\ntwo\n");
  });

  test("M11: a line whose caller gave up before its turn is not written, the others are", async () => {
    const disk = new SimulatedLogDisk();
    await using log = await openAppendLog({ path: "/log", calls: disk.calls });
    const abort = new AbortController();
    const durable: string[] = [];
    const append = (line: string, signal?: AbortSignal) =>
      log.append(line, { ...(signal && { signal }), onDurable: () => durable.push(line) });
    const [first, second, third] = [append("1"), append("2", abort.signal), append("3")];
    abort.abort();
    await assert.rejects(second, { reason: "Aborted" });
    assert.deepEqual(await Promise.all([first, third]), ["1", "3"]);
    assert.deepEqual(durable, ["1", "3"]);
    assert.equal(disk.text("log"), "1\n3\n");
    await assert.rejects(append("4", AbortSignal.abort()), { reason: "Aborted" });
  });

  test("M11: a disk that does not answer holds nobody who gives up, and what it does later counts", async () => {
    const gate = Promise.withResolvers<void>();
    const disk = new SimulatedLogDisk({
      before: (call) => (call === "append" ? gate.promise : undefined),
    });
    await using log = await openAppendLog({ path: "/log", calls: disk.calls });
    const abort = new AbortController();
    const durable: string[] = [];
    const late = log.append("late", {
      signal: abort.signal,
      onDurable: () => durable.push("late"),
    });
    await settle();
    abort.abort();
    await assert.rejects(late, { reason: "Aborted" });
    gate.resolve();
    await log.append("next");
    assert.deepEqual(durable, ["late"]);
    assert.equal(disk.text("log"), "late\nnext\n");
  });

  test("M11: a check tells of a real file that was removed, replaced, written or moved away with its directory, and a rewrite makes it good", async (t) => {
    const calls = createLogCalls({ directory: 0o700, file: 0o600 });
    const spoil: Readonly<Record<string, (path: string) => void>> = {
      AppendLogBroken: (path) => rmSync(path),
      "AppendLogBroken of a directory": (path) => rmSync(join(path, ".."), { recursive: true }),
      "AppendLogBroken of a moved directory": (path) =>
        renameSync(join(path, ".."), join(path, "../../away")),
      AppendLogChanged: (path) => {
        rmSync(path);
        writeFileSync(path, "one\n", { mode: 0o600 });
      },
      "AppendLogChanged by a line": (path) => writeFileSync(path, "another\n", { flag: "a" }),
    };
    for (const [expected, work] of Object.entries(spoil)) {
      const path = join(makeScratch(t), "own/log");
      await using log = await openAppendLog({ path, calls });
      await log.append("one");
      await log.check();
      assert.equal(faultOf(log), undefined);
      work(path);
      await log.check();
      assert.equal(faultOf(log), expected.split(" ")[0], expected);
      await log.rewrite(() => ["one"]);
      await log.check();
      assert.equal(faultOf(log), undefined, expected);
      await log.append("two");
      assert.equal(readFileSync(path, "utf8"), "one\ntwo\n");
      assert.equal(statSync(path).mode & 0o7777, 0o600);
      assert.equal(statSync(join(path, "..")).mode & 0o7777, 0o700);
      assert.ok(!existsSync(join(path, "../.log.new")));
    }
  });
});
