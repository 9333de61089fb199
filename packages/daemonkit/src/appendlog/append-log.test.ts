import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type LogInjection, SHORT_WRITES, SimulatedLogDisk } from "@holdfast/testing/log-disk";
import fc from "fast-check";
import { makeScratch } from "../testing/scratch.ts";
import { openAppendLog } from "./open-append-log.ts";
import { systemLogCalls } from "./system-log-calls.ts";

const LINES = ["one", "two", "a longer line ".repeat(20), "four", "five", "six"];

/** Writes lines, three at once and then one by one; gives those that were acknowledged. */
async function writeLines(disk: SimulatedLogDisk, acknowledged: string[]): Promise<void> {
  const log = await openAppendLog({ path: "/log", calls: disk.calls });
  const add = async (line: string): Promise<void> => {
    acknowledged.push(await log.append(line));
  };
  await Promise.allSettled(LINES.slice(0, 3).map(add));
  for (const line of LINES.slice(3)) await add(line).catch(() => {});
  await log[Symbol.asyncDispose]();
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const linesIn = (content: Uint8Array): readonly string[] =>
  Buffer.from(content).toString("utf8").split("\n").slice(0, -1);

/** Everything acknowledged is there, in order; besides, only lines that were asked for. */
function checkKept(content: Uint8Array, acknowledged: readonly string[]): void {
  const kept = linesIn(content);
  let at = 0;
  for (const line of acknowledged) {
    at = kept.indexOf(line, at) + 1;
    assert.ok(at > 0, `${line.slice(0, 20)} was acknowledged and is lost`);
  }
  for (const line of kept) assert.ok(LINES.includes(line), `${line} was never written`);
}

suite("append-only file", () => {
  test("M11: power lost at any call, with any luck, loses no acknowledged line", async () => {
    const whole = new SimulatedLogDisk(SHORT_WRITES);
    await writeLines(whole, []);
    assert.ok(whole.callCount >= 12, "there are many calls to stop at");
    for (let call = 1; call <= whole.callCount + 1; call += 1) {
      const disk = new SimulatedLogDisk({ ...SHORT_WRITES, injection: "power-lost", atCall: call });
      const acknowledged: string[] = [];
      void writeLines(disk, acknowledged);
      await settle();
      for (const luck of [0, 0.2, 0.5, 0.7, 0.9, 1]) {
        const survivor = disk.afterPowerLoss(() => luck);
        const again = await openAppendLog({ path: "/log", calls: survivor.calls });
        checkKept(survivor.content(), acknowledged);
        await again.append("six");
        checkKept(survivor.content(), [...acknowledged, "six"]);
      }
    }
  });

  for (const injection of ["fails-once", "fails-always"] satisfies readonly LogInjection[]) {
    test(`M11: a disk that ${injection} at any call keeps what was acknowledged, and the file stays whole`, async () => {
      for (let call = 1; call <= 30; call += 1) {
        const disk = new SimulatedLogDisk({ ...SHORT_WRITES, injection, atCall: call });
        const acknowledged: string[] = [];
        await writeLines(disk, acknowledged).catch(() => {});
        const survivor = disk.afterKill();
        await openAppendLog({ path: "/log", calls: survivor.calls });
        checkKept(survivor.content(), acknowledged);
      }
    });
  }

  test("M11: a write that failed is taken back, and the next one is written", async () => {
    const disk = new SimulatedLogDisk({ ...SHORT_WRITES, injection: "fails-once", atCall: 8 });
    const log = await openAppendLog({ path: "/log", calls: disk.calls });
    const long = "x".repeat(300);
    await assert.rejects(log.append(long), { reason: "FileFailed" });
    await log.append("after");
    assert.deepEqual(linesIn(disk.content()), ["after"]);
    assert.equal(log.lastLine, "after");
  });

  test("M11: after a sync that failed nothing is acknowledged until the log is opened again", async () => {
    const disk = new SimulatedLogDisk({ ...SHORT_WRITES, injection: "fails-once", atCall: 7 });
    const log = await openAppendLog({ path: "/log", calls: disk.calls });
    await assert.rejects(log.append("one"), { reason: "AppendLogBroken" });
    await assert.rejects(log.append("two"), { reason: "AppendLogBroken" });
  });

  test("M11: lines that come together share a sync, in their order", async () => {
    const disk = new SimulatedLogDisk();
    const log = await openAppendLog({ path: "/log", calls: disk.calls });
    const before = disk.callCount;
    const lines = Array.from({ length: 900 }, (_, index) => `line ${index}`);
    const order: string[] = [];
    await Promise.all(lines.map(async (line) => order.push(await log.append(line))));
    assert.equal(disk.callCount - before, 3, "one check, one write, one sync");
    assert.deepEqual(order, lines);
    assert.deepEqual(linesIn(disk.content()), lines);
  });

  test("M11: whatever the end of the file, opening cuts to the last whole line and says how much", async () => {
    const bytes = fc.array(fc.constantFrom(0x61, 0x62, 0x0a, 0x20), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        const disk = SimulatedLogDisk.holding({ log: Uint8Array.from(content) });
        const log = await openAppendLog({ path: "/log", calls: disk.calls });
        const wholeBytes = content.lastIndexOf(0x0a) + 1;
        const tornBytes = content.length - wholeBytes;
        assert.deepEqual(log.torn, tornBytes === 0 ? undefined : { bytes: tornBytes });
        assert.equal(log.lastLine, linesIn(Uint8Array.from(content)).at(-1));
        await log.append("next");
        assert.deepEqual(
          Buffer.from(disk.content()).toString(),
          `${Buffer.from(content.slice(0, wholeBytes)).toString()}next\n`,
        );
      }),
    );
  });

  test("M11: a last line longer than what is read at once is found; one without any end is no log", async () => {
    const long = "y".repeat(200_000);
    const disk = SimulatedLogDisk.holding({ log: Buffer.from(`x\n${long}\ntorn`) });
    const log = await openAppendLog({ path: "/log", calls: disk.calls });
    assert.equal(log.lastLine, long);
    assert.deepEqual(log.torn, { bytes: 4 });
    const endless = SimulatedLogDisk.holding({ log: Buffer.alloc(3_000_000, "z") });
    await assert.rejects(openAppendLog({ path: "/log", calls: endless.calls }), {
      reason: "LogCorrupt",
    });
    const binary = SimulatedLogDisk.holding({ log: Uint8Array.of(0xff, 0xfe, 0x0a) });
    await assert.rejects(openAppendLog({ path: "/log", calls: binary.calls }), {
      reason: "LogCorrupt",
    });
  });

  test("M11: line breaks, long lines and too many lines are refused, closed is closed", async () => {
    const disk = new SimulatedLogDisk(SHORT_WRITES);
    const options = { path: "/log", calls: disk.calls, maxLineBytes: 10, maxWaiting: 2 };
    const log = await openAppendLog(options);
    await assert.rejects(log.append("a\nb"), { reason: "LineInvalid" });
    await assert.rejects(log.append("a\rb"), { reason: "LineInvalid" });
    await assert.rejects(log.append("äääää"), { reason: "LineInvalid" });
    const [first, second, third] = [log.append("1"), log.append("2"), log.append("3")];
    await assert.rejects(third, { reason: "AppendLogFull" });
    const closing = log[Symbol.asyncDispose]();
    await assert.rejects(log.append("4"), { reason: "AppendLogClosed" });
    assert.deepEqual(await Promise.all([first, second]), ["1", "2"]);
    await closing;
    await log[Symbol.asyncDispose]();
    assert.deepEqual(linesIn(disk.content()), ["1", "2"]);
  });

  test("M11: a real file is 0640 in a 0750 directory whatever the umask, and goes on when opened again", async (t) => {
    const path = join(makeScratch(t), "deep/er/log");
    const umask = process.umask(0o077);
    try {
      await using log = await openAppendLog({ path });
      await log.append("one");
    } finally {
      process.umask(umask);
    }
    assert.equal(statSync(path).mode & 0o7777, 0o640);
    assert.equal(statSync(join(path, "..")).mode & 0o7777, 0o750);
    await using again = await openAppendLog({ path });
    assert.equal(again.lastLine, "one");
    await again.append("two");
    assert.equal(readFileSync(path, "utf8"), "one\ntwo\n");
  });

  test("M11: a file that was removed, or that another process writes, acknowledges nothing more", async (t) => {
    const path = join(makeScratch(t), "log");
    await using log = await openAppendLog({ path });
    await log.append("one");
    await using other = await openAppendLog({ path });
    await log.append("two");
    await assert.rejects(other.append("three"), {
      reason: "AppendLogChanged",
      message: /another process made it 8 bytes long instead of 4$/,
    });
    assert.equal(readFileSync(path, "utf8"), "one\ntwo\n");
    rmSync(path);
    await assert.rejects(log.append("four"), { message: /it was removed while it was open$/ });
    await using again = await openAppendLog({ path });
    await again.append("five");
    assert.equal(readFileSync(path, "utf8"), "five\n");
  });

  test("M11: links, directories, FIFOs, second names and what others can write are refused", async (t) => {
    const directory = makeScratch(t);
    const at = (name: string): string => join(directory, name);
    writeFileSync(at("real"), "");
    symlinkSync("real", at("link"));
    symlinkSync("nowhere", at("dangling"));
    mkdirSync(at("directory"));
    writeFileSync(at("twice"), "");
    linkSync(at("twice"), at("second"));
    writeFileSync(at("shared"), "");
    chmodSync(at("shared"), 0o660);
    mkdirSync(at("open"));
    chmodSync(at("open"), 0o777);
    symlinkSync("directory", at("way"));
    const names = ["link", "dangling", "directory", "twice", "shared", "open/log", "way/log"];
    if (process.geteuid?.() === 0) {
      writeFileSync(at("foreign"), "");
      chownSync(at("foreign"), 65_534, 65_534);
      names.push("foreign");
    }
    for (const name of names) {
      await assert.rejects(openAppendLog({ path: at(name) }), { reason: "PathUnsafe" }, name);
    }
    await assert.rejects(systemLogCalls.open(join(at("real"), "log")), {
      reason: /PathUnsafe|FileFailed/,
    });
    assert.equal(readFileSync(at("real"), "utf8"), "");
  });
});
