import assert from "node:assert/strict";
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { Clock } from "../clock.ts";
import { recordedLog } from "../testing/recorded-log.ts";
import { makeScratch } from "../testing/scratch.ts";
import { systemClock } from "../system.ts";
import { describeSeriesVerdict } from "./describe-series.ts";
import { type EventSeriesOptions, openEventSeries } from "./event-series.ts";
import { lastEvents } from "./last-events.ts";
import { verifyEventSeries } from "./verify-series.ts";

const never = new AbortController().signal;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
const SERIES = "events";

const verify = (directory: string, expectedHead?: string) =>
  verifyEventSeries(
    { directory, series: SERIES, ...(expectedHead === undefined ? {} : { expectedHead }) },
    never,
  );

function open(directory: string, options: Partial<EventSeriesOptions> = {}) {
  return openEventSeries({
    directory,
    series: SERIES,
    operationId: "op",
    hostId: "host",
    clock: systemClockAt(START_MS),
    ...options,
  });
}

function systemClockAt(wallMs: number): Clock {
  return { ...systemClock, wallMs: () => wallMs };
}

const said = (message: string, day = 0) =>
  ({ level: "info", reason: "Said", message, atMs: START_MS + day * DAY_MS }) as const;

/** Four files: two days, and two files that were full. */
async function writeFour(directory: string): Promise<readonly string[]> {
  await using series = open(directory, { maxFileBytes: 700 });
  for (let number = 1; number <= 8; number += 1) {
    await series.append(said(`message ${number}`, number < 7 ? 0 : 1));
  }
  const names = readdirSync(directory).toSorted();
  assert.equal(names.length, 4);
  return names;
}

const linesOf = (path: string): string[] => readFileSync(path, "utf8").split("\n").slice(0, -1);

suite("event series", () => {
  test("M11: whatever is said, whenever, in however many runs: one chain, everything in it, in its order", async (t) => {
    const scratch = makeScratch(t);
    let run = 0;
    const step = fc.record({
      days: fc.constantFrom(0, 0, 0, 1, -2),
      length: fc.integer({ min: 1, max: 400 }),
      isReopened: fc.constantFrom(false, false, true),
      together: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        run += 1;
        const directory = join(scratch, String(run));
        const messages: string[] = [];
        let series = open(directory, { maxFileBytes: 1_500 });
        let day = 10;
        for (const { days, length, isReopened, together } of steps) {
          day += days;
          if (isReopened) {
            await series[Symbol.asyncDispose]();
            series = open(directory, { maxFileBytes: 1_500 });
          }
          const now = Array.from({ length: together }, (_, index) => `${messages.length + index}`);
          messages.push(...now);
          await Promise.all(now.map((each) => series.append(said(each.padEnd(length, "."), day))));
        }
        await series[Symbol.asyncDispose]();
        const verdict = await verify(directory);
        assert.equal(verdict.type, "intact", describeSeriesVerdict(verdict).join());
        const events = await lastEvents({ directory, series: SERIES, limit: 1_000 }, never);
        const kept = events.filter(({ record }) => record.reason === "Said");
        assert.deepEqual(
          kept.map(({ record }) => record.msg.replace(/\.+$/, "")),
          messages,
        );
        assert.equal(verdict.lines, messages.length + verdict.files);
        for (const name of readdirSync(directory)) {
          // Full is who has reached the size: the last line may lie beyond it.
          assert.ok(statSync(join(directory, name)).size < 1_500 + 700, name);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("M11: a day that ends and a file that is full begin another file, each 0640, which names what it follows", async (t) => {
    const directory = join(makeScratch(t), "log");
    const names = await writeFour(directory);
    assert.deepEqual(
      names,
      [1, 2, 3, 4].map((number) => `events-00000${number}.jsonl`),
    );
    for (const name of names) assert.equal(statSync(join(directory, name)).mode & 0o7777, 0o640);
    const [first = "", second = ""] = names.map((name) => join(directory, name));
    const { hash } = JSON.parse(linesOf(first).at(-1) ?? "") as { hash: string };
    const head = JSON.parse(linesOf(second)[0] ?? "") as Record<string, unknown>;
    assert.equal(head["reason"], "EventLogContinued");
    assert.deepEqual(head["data"], { previousFile: names[0], previousHash: hash });
    assert.match(linesOf(join(directory, names[3] ?? "")).at(-1) ?? "", /"ts":"2026-01-02T/);
  });

  test("M11: nothing is touched before the first event, and disposing twice is harmless", async (t) => {
    const directory = join(makeScratch(t), "log");
    const series = open(directory);
    await series[Symbol.asyncDispose]();
    await series[Symbol.asyncDispose]();
    assert.throws(() => statSync(directory));
    await assert.rejects(series.append(said("late")), { reason: "AppendLogClosed" });
    assert.throws(() => open(directory, { series: "a/b" }), { reason: "NameInvalid" });
    assert.throws(() => open(directory, { maxFileBytes: -1 }), { reason: "OptionInvalid" });
  });
});

suite("verifying an event series", () => {
  test("M11: every flipped byte in every file is found, with its file and line", async (t) => {
    const directory = makeScratch(t);
    const names = await writeFour(directory);
    const intact = names.map((name) => readFileSync(join(directory, name)));
    const flip = fc.record({
      file: fc.nat(names.length - 1),
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      mask: fc.integer({ min: 1, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(flip, async ({ file, at, mask }) => {
        const whole = intact[file] ?? Buffer.alloc(0);
        const path = join(directory, names[file] ?? "");
        const offset = Math.floor(at * whole.length);
        const bytes = Buffer.from(whole);
        bytes[offset] = (bytes[offset] ?? 0) ^ mask;
        writeFileSync(path, bytes);
        const verdict = await verify(directory);
        writeFileSync(path, whole);
        const line = whole.subarray(0, offset).toString("latin1").split("\n").length;
        const isEnd = file === names.length - 1 && offset === whole.length - 1;
        assert.equal(verdict.type, isEnd ? "torn" : "broken");
        assert.deepEqual("at" in verdict && verdict.at, { file: names[file], line });
        assert.match(
          describeSeriesVerdict(verdict).join("\n"),
          new RegExp(`^${names[file]} line ${line}\\b`),
        );
      }),
      { numRuns: 400 },
    );
    assert.equal((await verify(directory)).type, "intact");
  });

  test("M11: lines removed, swapped or cut off, and files removed, emptied or swapped are found, with place and meaning", async (t) => {
    const directory = makeScratch(t);
    const names = await writeFour(directory);
    const [one = "", two = "", three = "", four = ""] = names.map((name) => join(directory, name));
    const kept = new Map([one, two, three, four].map((path) => [path, readFileSync(path)]));
    const [first = "", second = "", third = ""] = linesOf(two);
    const write = (path: string, lines: readonly string[]) => () =>
      writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
    const cases: readonly (readonly [() => void, string, number, RegExp])[] = [
      [write(two, [first, third]), names[1] ?? "", 2, /removed, added or moved/],
      [write(two, [first, third, second]), names[1] ?? "", 2, /removed, added or moved/],
      [write(two, [second, third]), names[1] ?? "", 1, /does not name the line it follows/],
      [write(two, [first, second]), names[1] ?? "", 3, /lines are missing at the end/],
      [write(two, []), names[1] ?? "", 1, /all its lines are missing/],
      [() => writeFileSync(two, `${first}\n${second.slice(0, 9)}`), names[1] ?? "", 2, /cut off/],
      [() => rmSync(two), names[1] ?? "", 1, /the file is missing/],
      [() => rmSync(three), names[2] ?? "", 1, /the file is missing/],
      [
        () => (renameSync(two, `${two}.x`), renameSync(three, two), renameSync(`${two}.x`, three)),
        names[0] ?? "",
        linesOf(one).length + 1,
        /follows another/,
      ],
      [
        () => appendFileSync(three, '{"msg":"by hand"}\n'),
        names[2] ?? "",
        linesOf(three).length + 1,
        /carries no hash/,
      ],
    ];
    for (const [spoil, file, line, why] of cases) {
      spoil();
      const verdict = await verify(directory);
      assert.equal(verdict.type, "broken");
      if (verdict.type === "broken") assert.deepEqual(verdict.at, { file, line }, verdict.why);
      const [, meaning = ""] = describeSeriesVerdict(verdict);
      assert.match(describeSeriesVerdict(verdict)[0] ?? "", why);
      assert.match(meaning, /nothing from there on can be relied upon/);
      for (const [path, bytes] of kept) writeFileSync(path, bytes);
    }
    assert.equal((await verify(directory)).type, "intact");
  });

  test("M11: a live file that was cut off inside a line is torn; at a line it shows against a head that was noted", async (t) => {
    const directory = makeScratch(t);
    const names = await writeFour(directory);
    const live = join(directory, names[3] ?? "");
    const { head } = await verify(directory);
    assert.equal((await verify(directory, head)).type, "intact");
    const lines = linesOf(live);
    writeFileSync(live, `${lines.slice(0, -1).join("\n")}\n`);
    assert.equal((await verify(directory)).type, "intact");
    const cut = await verify(directory, head);
    assert.equal(cut.type, "headMissing");
    assert.match(describeSeriesVerdict(cut)[0] ?? "", /lines at the end were removed/);
    writeFileSync(live, `${lines.join("\n")}`);
    const torn = await verify(directory);
    assert.deepEqual(torn.type === "torn" && torn.at, { file: names[3], line: lines.length });
    rmSync(live);
    assert.equal((await verify(directory, head)).type, "headMissing");
  });

  test("M11, M12: pruned files leave a chain that is known from the oldest that is there; a noted head stays good", async (t) => {
    const directory = makeScratch(t);
    const names = await writeFour(directory);
    const whole = await verify(directory);
    assert.ok(whole.type === "intact" && whole.isFromStart);
    const noted = (
      JSON.parse(linesOf(join(directory, names[1] ?? "")).at(-1) ?? "") as { hash: string }
    ).hash;
    for (const name of names.slice(0, 2)) rmSync(join(directory, name));
    const pruned = await verify(directory, noted);
    assert.ok(pruned.type === "intact" && !pruned.isFromStart);
    assert.equal(pruned.firstFile, names[2]);
    assert.equal(pruned.head, whole.head);
    assert.equal(pruned.linesSince, pruned.lines, "the noted head is what the oldest file follows");
    assert.match(describeSeriesVerdict(pruned).join("\n"), /known from events-000003.jsonl on/);
    const empty = await verify(join(directory, "none"));
    assert.ok(empty.type === "intact" && empty.lines === 0 && empty.head === "0".repeat(64));
  });
});

suite("reading an event series", () => {
  test("M11: the newest events, as many as asked for, from a time on, over files", async (t) => {
    const directory = makeScratch(t);
    await writeFour(directory);
    const read = async (limit: number, day?: number) => {
      const sinceMs = day === undefined ? undefined : START_MS + day * DAY_MS;
      const since = sinceMs === undefined ? {} : { sinceMs };
      const events = await lastEvents({ directory, series: SERIES, limit, ...since }, never);
      return events
        .filter(({ record }) => record.reason === "Said")
        .map(({ record }) => record.msg);
    };
    assert.deepEqual(await read(2), ["message 7", "message 8"]);
    assert.equal((await read(100)).length, 8);
    assert.deepEqual(await read(100, 1), ["message 7", "message 8"]);
    assert.deepEqual(await read(100, 2), []);
    assert.deepEqual(
      await lastEvents({ directory: join(directory, "none"), series: SERIES, limit: 1 }, never),
      [],
    );
  });
});

suite("an event series recovers", () => {
  test("M11: a live file that was removed, full or not, is said in the log, and the log goes on", async (t) => {
    for (const isFull of [false, true]) {
      const directory = makeScratch(t);
      const log = recordedLog();
      await using series = open(directory, { log, maxFileBytes: 700 });
      const messages = isFull ? ["1", "2", "3", "4", "5", "6"] : ["1", "2", "3", "4"];
      for (const message of messages) await series.append(said(message));
      rmSync(join(directory, series.liveFile ?? ""));
      const next = series.append(said("next"));
      if (!isFull) await assert.rejects(next, { reason: "AppendLogBroken" });
      await next.catch(() => {});
      if (!isFull) assert.equal(series.liveFile, undefined);
      await series.append(said("again"));
      assert.equal(log.of("EventLogMoved").length, 1);
      const events = await lastEvents({ directory, series: SERIES, limit: 9 }, never);
      assert.ok(events.some(({ record }) => record.reason === "EventLogMoved"));
      assert.equal(events.at(-1)?.record.msg, "again");
      const verdict = await verify(directory);
      assert.ok(verdict.type === "intact" && verdict.isFromStart);
    }
  });

  test("M11: the only file, removed or emptied while it was open, is said in the log that begins again", async (t) => {
    for (const [reason, spoil] of [
      ["AppendLogBroken", rmSync],
      ["AppendLogChanged", (path: string) => truncateSync(path)],
    ] as const) {
      const directory = makeScratch(t);
      const log = recordedLog();
      await using series = open(directory, { log });
      await series.append(said("one"));
      spoil(join(directory, series.liveFile ?? ""));
      await assert.rejects(series.append(said("two")), { reason });
      await series.append(said("three"));
      assert.equal(log.of("EventLogMoved").length, 1);
      const events = await lastEvents({ directory, series: SERIES, limit: 9 }, never);
      const reasons = events.map(({ record }) => record.reason);
      assert.deepEqual(reasons, ["EventLogBegun", "EventLogMoved", "Said"]);
    }
  });

  test("M11: a head that was cut off is repaired, and that is said", async (t) => {
    const directory = makeScratch(t);
    const names = await writeFour(directory);
    truncateSync(join(directory, names.at(-1) ?? ""), 100);
    const log = recordedLog();
    {
      await using series = open(directory, { log });
      await series.append(said("on"));
    }
    assert.equal(log.of("EventLogRepaired").length, 1);
    const events = await lastEvents({ directory, series: SERIES, limit: 3 }, never);
    const reasons = events.map(({ record }) => record.reason);
    assert.deepEqual(reasons, ["EventLogContinued", "EventLogRepaired", "Said"]);
    assert.equal((await verify(directory)).type, "intact");
  });

  test("M11: a file that does not end in a line of the log is left as evidence, and another chain begins", async (t) => {
    const directory = makeScratch(t);
    {
      await using series = open(directory);
      await series.append(said("one"));
    }
    const [name = ""] = readdirSync(directory);
    for (const [spoil, number] of [
      ['{"msg":"by hand"}\n', 2],
      [Buffer.of(0xff, 0x0a), 3],
    ] as const) {
      const path = join(directory, readdirSync(directory).toSorted().at(-1) ?? "");
      appendFileSync(path, spoil);
      const evidence = readFileSync(path);
      const log = recordedLog();
      await using series = open(directory, { log });
      await series.append(said("two"));
      assert.equal(log.of("EventLogRestarted").length, 1);
      assert.equal(series.liveFile, `events-00000${number}.jsonl`);
      assert.deepEqual(readFileSync(path), evidence);
    }
    const verdict = await verify(directory);
    assert.deepEqual(verdict.type === "broken" && verdict.at, { file: name, line: 3 });
  });
});
