import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { VirtualClock } from "@holdfast/testing";
import { SHORT_WRITES, SimulatedLogDisk } from "@holdfast/testing/log-disk";
import fc from "fast-check";
import { recordedLog } from "../testing/recorded-log.ts";
import { makeScratch } from "../testing/scratch.ts";
import { joinErrors } from "./event.ts";
import { openEventLog } from "./event-log.ts";
import { readEvents } from "./read-events.ts";
import { describeVerdict, verifyEventLog } from "./verify.ts";

const never = new AbortController().signal;
/** What could be taken for the end of a line, of a field or of a text. */
const nasty = fc.constantFrom(
  "a",
  "\n",
  "\r",
  "\u2028",
  "\ud800",
  "ü",
  '"',
  "\0",
  "}",
  "\\",
  "\u{1f600}",
);
const text = fc.string({ unit: nasty, minLength: 1, maxLength: 20 });

/** Writes events into a new log, and gives its path. */
async function writeEvents(directory: string, messages: readonly string[]): Promise<string> {
  await using log = await openEventLog({ directory, operationId: "op", hostId: "host" });
  await Promise.all(
    messages.map((message) => log.append({ level: "info", reason: "Said", message })),
  );
  return log.path;
}

suite("hash chain", () => {
  test("M11: every flipped byte is found, with the line it is in", async (t) => {
    const directory = makeScratch(t);
    const path = await writeEvents(
      directory,
      ["first", "zweite ä \uFFFD", ".", "last"].map((each) => `${each} `.repeat(3)),
    );
    const intact = readFileSync(path);
    const flipped = join(directory, "flipped.jsonl");
    const place = fc.integer({ min: 0, max: intact.length - 1 });
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const bytes = Buffer.from(intact);
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        writeFileSync(flipped, bytes);
        const line = intact.subarray(0, at).toString("latin1").split("\n").length;
        const verdict = await verifyEventLog(flipped, never);
        // Only the loss of the last line break cannot be distinguished from a line that is being written.
        assert.equal(verdict.type, at === intact.length - 1 ? "torn" : "broken");
        assert.equal("line" in verdict && verdict.line, line);
        assert.match(describeVerdict(flipped, verdict), new RegExp(`line ${line} `));
      }),
      { numRuns: 400 },
    );
  });

  test("M11: whatever is said is read back, and the chain holds", async (t) => {
    const directory = makeScratch(t);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 8 }), async (messages) => {
        run += 1;
        const path = await writeEvents(
          join(directory, String(run)),
          messages.map((each) => `.${each}`),
        );
        const read: string[] = [];
        for await (const { line, record } of readEvents(path, never)) {
          assert.equal(line, read.length + 1);
          read.push(record.msg);
        }
        assert.deepEqual(
          read,
          messages.map((each) => `.${each}`),
        );
        const verdict = await verifyEventLog(path, never);
        assert.equal(verdict.type === "intact" && verdict.lines, messages.length);
      }),
      { numRuns: 25 },
    );
  });

  test("M11: a line that is removed, moved, doubled or taken from another log is found", async (t) => {
    const path = await writeEvents(makeScratch(t), ["a", "b", "c"]);
    const other = await writeEvents(makeScratch(t), ["x", "y", "z"]);
    const [a = "", b = "", c = ""] = readFileSync(path, "utf8").split("\n");
    const [, y = ""] = readFileSync(other, "utf8").split("\n");
    const cases: readonly (readonly [readonly string[], number])[] = [
      [[b, c], 1],
      [[a, c], 2],
      [[b, a, c], 1],
      [[a, a, b, c], 2],
      [[a, y, c], 2],
      [[a, "", b], 2],
      [[a, "{}", b], 2],
    ];
    for (const [lines, line] of cases) {
      writeFileSync(path, `${lines.join("\n")}\n`);
      const verdict = await verifyEventLog(path, never);
      assert.deepEqual([verdict.type, verdict.type === "broken" && verdict.line], ["broken", line]);
    }
  });

  test("M11: lines missing at the end show in the last hash only", async (t) => {
    const path = await writeEvents(makeScratch(t), ["a", "b"]);
    const whole = await verifyEventLog(path, never);
    writeFileSync(path, `${readFileSync(path, "utf8").split("\n")[0]}\n`);
    const cut = await verifyEventLog(path, never);
    assert.ok(whole.type === "intact" && cut.type === "intact" && whole.lastHash !== cut.lastHash);
  });
});

suite("event log", () => {
  test("M11: a line is JSON with ts, level, reason, msg, operationId and hostId; the file is 0640", async (t) => {
    const clock = new VirtualClock();
    const directory = makeScratch(t);
    await using log = await openEventLog({ directory, operationId: "op-1", hostId: "h", clock });
    const record = await log.append({
      level: "warn",
      reason: "DiskSpaceLow",
      message: "3 % are left",
      data: { percent: 3 },
    });
    assert.equal(log.path, join(directory, "op-1.jsonl"));
    assert.equal(statSync(log.path).mode & 0o7777, 0o640);
    const { hash, ...line } = JSON.parse(readFileSync(log.path, "utf8")) as { hash: string };
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.deepEqual(line, record);
    assert.deepEqual(line, {
      ts: "2023-11-14T22:13:21.000Z",
      level: "warn",
      reason: "DiskSpaceLow",
      msg: "3 % are left",
      operationId: "op-1",
      hostId: "h",
      data: { percent: 3 },
    });
  });

  test("M11: everything that is wrong with an event is said together, and nothing is written", async (t) => {
    await using log = await openEventLog({
      directory: makeScratch(t),
      operationId: "o",
      hostId: "h",
    });
    const bad: unknown = { level: "loud", reason: "", message: " " };
    await assert.rejects(log.append(bad as Parameters<typeof log.append>[0]), {
      reason: "EventInvalid",
      message: "an event is refused: reason is missing; msg is missing; level is loud",
    });
    const none: unknown = {};
    await assert.rejects(log.append(none as Parameters<typeof log.append>[0]), {
      message: /reason is missing; msg is missing; level is missing/,
    });
    assert.equal(readFileSync(log.path, "utf8"), "");
  });

  test("M11: all errors of an event are joined: causes, parts, and what is no error", async (t) => {
    const root = new Error("no route", { cause: new Error("link down") });
    const many = new AggregateError([new Error("a failed"), root, "just a word"], "two failed");
    assert.equal(joinErrors(many), "two failed; a failed; no route; link down; just a word");
    const knot = new Error("knot");
    knot.cause = knot;
    assert.equal(joinErrors(knot), "knot");
    await using log = await openEventLog({
      directory: makeScratch(t),
      operationId: "o",
      hostId: "h",
    });
    const event = { level: "error", reason: "Failed", message: "it failed" } as const;
    assert.equal((await log.append({ ...event, error: root })).error, "no route; link down");
    assert.equal(
      (await log.append({ ...event, error: [new Error("x"), new Error("y")] })).error,
      "x; y",
    );
  });

  test("M11: opening an operation again appends, and the chain goes on", async (t) => {
    const directory = makeScratch(t);
    await writeEvents(directory, ["one", "two"]);
    const path = await writeEvents(directory, ["three"]);
    assert.equal(readFileSync(path, "utf8").split("\n").length, 4);
    const verdict = await verifyEventLog(path, never);
    assert.equal(verdict.type === "intact" && verdict.lines, 3);
  });

  test("M11: a torn last line is cut off on open, said in the log and in the file, and the chain holds", async (t) => {
    const directory = makeScratch(t);
    const path = await writeEvents(directory, ["one"]);
    appendFileSync(path, '{"ts":"2026-');
    assert.equal((await verifyEventLog(path, never)).type, "torn");
    const log = recordedLog();
    await using again = await openEventLog({ directory, operationId: "op", hostId: "host", log });
    assert.deepEqual(again.torn, { bytes: 12 });
    assert.equal(log.of("EventLogRepaired").length, 1);
    assert.match(readFileSync(path, "utf8"), /"reason":"EventLogRepaired".*"removedBytes":12/);
    assert.deepEqual((await verifyEventLog(path, never)).type, "intact");
  });

  test("M11: names with separators are refused, whatever is around them", async (t) => {
    const directory = join(makeScratch(t), "events");
    const part = fc.string({ maxLength: 5 });
    const named = (operationId: string, hostId = "h") =>
      openEventLog({ directory, operationId, hostId });
    await fc.assert(
      fc.asyncProperty(part, fc.constantFrom("/", "\\", "\0", "\n"), part, async (a, bad, b) => {
        await assert.rejects(named(a + bad + b), { reason: "NameInvalid" });
      }),
    );
    for (const name of ["", ".", "..", ".hidden", "x".repeat(201)]) {
      await assert.rejects(named(name), { reason: "NameInvalid" });
    }
    await assert.rejects(named("a/b", ""), { message: /has a separator; hostId is empty$/ });
    assert.throws(() => readdirSync(directory), "not even the directory was made");
  });

  test("M11: a log whose last line carries no hash is not continued", async (t) => {
    const directory = makeScratch(t);
    const path = await writeEvents(directory, ["one"]);
    appendFileSync(path, '{"msg":"by hand"}\n');
    await using log = await openEventLog({ directory, operationId: "op", hostId: "host" });
    const event = { level: "info", reason: "Said", message: "two" } as const;
    await assert.rejects(log.append(event), { message: /carries no hash/ });
  });
});

suite("crashes", () => {
  test("M11: the file system stopped after any call, with any luck: no acknowledged event is lost, the chain holds", async (t) => {
    const directory = makeScratch(t);
    const messages = ["one", "two", "three", "four"];
    const write = async (disk: SimulatedLogDisk, acknowledged: string[]): Promise<void> => {
      const options = { directory, operationId: "op", hostId: "host", calls: disk.calls };
      const log = await openEventLog(options);
      const add = async (message: string): Promise<void> => {
        const { msg } = await log.append({ level: "info", reason: "Said", message });
        acknowledged.push(msg);
      };
      await Promise.all(messages.slice(0, 2).map(add));
      for (const message of messages.slice(2)) await add(message);
    };
    const whole = new SimulatedLogDisk(SHORT_WRITES);
    await write(whole, []);
    const path = join(directory, "survivor.jsonl");
    for (let call = 1; call <= whole.callCount + 1; call += 1) {
      const disk = new SimulatedLogDisk({ ...SHORT_WRITES, injection: "power-lost", atCall: call });
      const acknowledged: string[] = [];
      void write(disk, acknowledged);
      await new Promise((resolve) => setImmediate(resolve));
      for (const luck of [0, 0.3, 0.6, 1]) {
        const survivor = disk.afterPowerLoss(() => luck);
        const more: string[] = [];
        await write(survivor, more);
        writeFileSync(path, survivor.content());
        const verdict = await verifyEventLog(path, never);
        assert.equal(verdict.type, "intact", describeVerdict(path, verdict));
        const kept: string[] = [];
        for await (const { record } of readEvents(path, never)) kept.push(record.msg);
        const before = kept.slice(0, -more.length);
        for (const message of acknowledged) assert.ok(before.includes(message), message);
      }
    }
  });

  test("M11: a writer killed at random loses no acknowledged event", async (t) => {
    const directory = makeScratch(t);
    const program = fileURLToPath(new URL("../testing/event-writer.ts", import.meta.url));
    let acknowledged = 0;
    for (let round = 0; round < 5; round += 1) {
      acknowledged = Math.max(
        acknowledged,
        await writeUntilKilled(program, directory, acknowledged),
      );
    }
    assert.ok(acknowledged > 20, "something was written between the kills");
    await using log = await openEventLog({ directory, operationId: "op", hostId: "host" });
    const numbers: unknown[] = [];
    for await (const { record } of readEvents(log.path, never)) {
      if (record.reason === "Numbered") numbers.push(record.data?.["number"]);
    }
    const kept = new Set(numbers);
    for (let number = 1; number <= acknowledged; number += 1) {
      assert.ok(kept.has(number), `event ${number} was acknowledged and is lost`);
    }
    assert.equal((await verifyEventLog(log.path, never)).type, "intact");
  });
});

/** Lets a child write numbered events from a number on, kills it, and gives the last number it acknowledged. */
async function writeUntilKilled(program: string, directory: string, last: number): Promise<number> {
  const child = spawn(
    process.execPath,
    ["--conditions=@holdfast/source", program, directory, String(last)],
    {
      env: { PATH: process.env["PATH"] },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let output = "";
  const wanted = Math.floor(Math.random() * 40);
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    if (output.split("\n").length > wanted) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.once("close", resolve));
  // A number that was cut off was acknowledged too, but nobody knows which it was.
  return Number(output.split("\n").slice(0, -1).at(-1) ?? last);
}
