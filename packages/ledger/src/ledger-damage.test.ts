import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { resourceId } from "@holdfast/core";
import { sealWithChecksum } from "@holdfast/daemonkit/appendlog";
import { anyLedgerStep, LEDGER_IDS, LedgerModel, type LedgerStep } from "@holdfast/testing";
import { SimulatedLogDisk } from "@holdfast/testing/log-disk";
import fc from "fast-check";
import type { OpenLedger } from "./ledger.ts";
import { LEDGER, openOnDisk, UNSTOPPED, warnings } from "./testing/open-on-disk.ts";

const KEYS = ["k0", "k1"];
const NONCES = [0, 1, 2].flatMap((at) =>
  [0, 1].map((action) => ({ nonce: `${String(at).repeat(32)}.${action}`, expiresMs: 1_000 + at })),
);
const ASIDE = `${LEDGER}.aside-1`;

/** The text of a ledger after these steps. */
async function textAfter(steps: readonly LedgerStep[]): Promise<string> {
  const disk = new SimulatedLogDisk();
  const ledger = await openOnDisk(disk);
  const model = new LedgerModel();
  for (const step of steps) await model.take(step, ledger);
  return disk.text(LEDGER);
}

/** All answers of a ledger, except those about keys. */
function contentOf(ledger: OpenLedger): unknown {
  return {
    inFlight: ledger.inFlight(),
    paused: ledger.paused(),
    generations: ["d1", "d2"].map((digest) => ledger.generationOf({ digest })),
    resources: LEDGER_IDS.map((id) => [ledger.lastApplied(id), ledger.owed(id)]),
  };
}

const withText = (text: string | Uint8Array): SimulatedLogDisk =>
  SimulatedLogDisk.holding({ [LEDGER]: text });

/** Which line a byte is in; its line break counts as the next one's beginning. */
const lineOf = (bytes: Buffer, at: number): number =>
  bytes.subarray(0, at).toString("latin1").split("\n").length - 1;

suite("damage", () => {
  test("C4: a flipped byte loses its line alone, says which, and frees no key of a one-shot", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyLedgerStep, { minLength: 1, maxLength: 10 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (steps, position, difference) => {
          const text = await textAfter(steps);
          fc.pre(text !== "");
          const before = await openOnDisk(withText(text));
          const bytes = Buffer.from(text);
          const at = position % bytes.length;
          bytes.writeUInt8(bytes.readUInt8(at) ^ difference, at);
          const lines = text.split("\n");
          const hit = lineOf(bytes, at);
          const without = await openOnDisk(withText(lines.toSpliced(hit, 1).join("\n")));
          const { log, warned } = warnings();
          const disk = withText(bytes);
          const after = await openOnDisk(disk, { log });

          const isBreak = text[at] === "\n";
          assert.deepEqual(contentOf(after), contentOf(isBreak ? before : without));
          assert.equal(warned.length > 0, !isBreak, "a line that is lost is said");
          // Of a line that begins with a new break the rest is the next line.
          const isSplit = bytes[at] === 10 && (at === 0 || text[at - 1] === "\n");
          const line = hit + (isSplit ? 2 : 1);
          if (!isBreak) assert.match(warned[0] ?? "", new RegExp(`lost: line ${line}\\b`));
          for (const key of KEYS) {
            if (before.oneShots.state(key) === undefined) continue;
            assert.notEqual(after.oneShots.state(key), undefined, `${key} would run again`);
          }
          for (const spent of NONCES.filter((one) => before.isSpent(one))) {
            const isSafe = after.areKeysInDoubt || after.isSpent(spent);
            assert.ok(isSafe, `${spent.nonce} would be used again`);
          }
          if (after.areKeysInDoubt) assert.deepEqual([...after.approvals()], []);

          await after.oneShots.begin("next", UNSTOPPED);
          const healed = await openOnDisk(disk);
          assert.deepEqual(
            contentOf(healed),
            contentOf(after),
            "it is written anew, and answers the same",
          );
          for (const key of [...KEYS, "never used", "next"]) {
            assert.equal(healed.oneShots.state(key), after.oneShots.state(key));
          }
          assert.equal(disk.contents.has(ASIDE), !isBreak, "what was damaged is kept");
          if (!isBreak) assert.deepEqual(Buffer.from(disk.content(ASIDE)), bytes);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("C4: the subject of a lost line is named, as far as it can be read", async () => {
    const [id] = LEDGER_IDS;
    const text = await textAfter([
      { type: "done", id: 0 },
      { type: "key", key: 0, as: "begin" },
    ]);
    const say = async (spoilt: string): Promise<readonly string[]> => {
      const { log, warned } = warnings();
      const ledger = await openOnDisk(withText(spoilt), { log });
      return [...warned, ...(ledger.condition === undefined ? [] : [ledger.condition.reason])];
    };
    assert.deepEqual(await say(text.replace('"seen ', '"SEEN ')), [
      `a record of the ledger is damaged and lost: line 2 (done of ${id})`,
    ]);
    assert.deepEqual(await say(text.replace('"as":"begun"', '"as":"begun "')), [
      "a record of the ledger is damaged and lost: line 3 (key of k0)",
      "LedgerCorrupt",
    ]);
    assert.deepEqual(await say(text.replace('{"type":"key"', '["type":"key"')), [
      "a record of the ledger is damaged and lost: line 3 (k0)",
      "LedgerCorrupt",
    ]);
  });

  test("C4, D19: whatever lies there, the ledger opens, takes records, and finds them again", async () => {
    const anyContent = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: "binary", maxLength: 100 }),
      fc.array(fc.json({ maxDepth: 2 }), { maxLength: 5 }).map((lines) => `${lines.join("\n")}\n`),
      fc
        .array(fc.constantFrom("done", "intent", "key", "pause", "ledger", "applied", "hold"))
        .map((types) => types.map((type) => `{"type":"${type}"}\n`).join("")),
    );
    await fc.assert(
      fc.asyncProperty(anyContent, async (content) => {
        const disk = withText(content);
        const ledger = await openOnDisk(disk);
        assert.equal(ledger.oneShots.state("any"), "begun", "who knows what has run");
        assert.equal(ledger.condition?.reason, "LedgerCorrupt");
        await ledger.oneShots.begin("key", UNSTOPPED);
        await ledger.oneShots.done("key", UNSTOPPED);
        const again = await openOnDisk(disk);
        assert.equal(again.oneShots.state("key"), "done");
        assert.equal(again.oneShots.state("any"), "begun", "also at the next start");
        assert.equal(again.lineage, ledger.lineage);
      }),
      { numRuns: 300 },
    );
  });

  test("K5: a person settles one key after a loss, or all that the ledger does not know", async () => {
    const disk = withText("");
    const ledger = await openOnDisk(disk);
    await ledger.oneShots.forget("again", UNSTOPPED);
    await ledger.oneShots.done("done", UNSTOPPED);
    const states = async (): Promise<readonly unknown[]> => {
      const { oneShots } = await openOnDisk(disk);
      return ["again", "done", "unknown"].map((key) => oneShots.state(key));
    };
    assert.deepEqual(await states(), [undefined, "done", "begun"]);
    await ledger.settleKeys(UNSTOPPED);
    assert.deepEqual(await states(), [undefined, "done", undefined]);
    assert.equal(ledger.condition, undefined);
    assert.equal((await openOnDisk(disk)).condition, undefined);
  });

  test("C4: a directory in the way is moved aside, and its place is not taken for a new machine", async () => {
    const disk = new SimulatedLogDisk();
    disk.obstruct(LEDGER);
    const ledger = await openOnDisk(disk);
    assert.equal(ledger.condition?.reason, "PathUnsafe");
    await ledger.oneShots.begin("key", UNSTOPPED);
    assert.deepEqual([...disk.obstacles], [ASIDE]);
    assert.equal(ledger.condition?.reason, "LedgerCorrupt");
    assert.equal((await openOnDisk(disk)).oneShots.state("other"), "begun");
    // Also when the machine stopped right after the directory was moved.
    disk.remove(LEDGER);
    assert.equal((await openOnDisk(disk)).oneShots.state("key"), "begun");
  });

  test("C4: a ledger that cannot be read when it is opened is read when it can be, and nothing of it is lost", async () => {
    let isReadable = false;
    const disk = new SimulatedLogDisk({
      before: (call) => {
        if (call === "openToRead" && !isReadable) throw new Error("EACCES: permission denied");
      },
    });
    disk.write(LEDGER, await textAfter([{ type: "done", id: 0 }]));
    const ledger = await openOnDisk(disk);
    assert.equal(ledger.condition?.reason, "LedgerUnavailable");
    assert.equal(ledger.oneShots.state("any"), "begun");
    await assert.rejects(ledger.oneShots.begin("key", UNSTOPPED), { reason: "LedgerUnavailable" });
    isReadable = true;
    await ledger.check(UNSTOPPED);
    assert.equal(ledger.condition, undefined);
    assert.equal(ledger.oneShots.state("any"), undefined);
    const id = resourceId("file", "/f0");
    assert.equal(ledger.lastApplied(id)?.fingerprint, "seen unknown");
    await ledger.oneShots.begin("key", UNSTOPPED);
    const again = await openOnDisk(disk);
    assert.equal(again.lastApplied(id)?.fingerprint, "seen unknown");
  });

  test("promise 9: a reader takes an unreadable ledger for an empty one, says so, and is refused to write", async () => {
    const disk = new SimulatedLogDisk();
    disk.obstruct(LEDGER);
    const { log, warned } = warnings();
    const ledger = await openOnDisk(disk, { log, isReadOnly: true });
    assert.deepEqual(warned, ["the ledger cannot be read, so drift is shown as intent"]);
    assert.equal(ledger.oneShots.state("any"), undefined);
    await assert.rejects(ledger.settleKeys(UNSTOPPED), { reason: "LedgerUnavailable" });
    await ledger.check(UNSTOPPED);
    assert.equal(disk.changeCount, 0);
  });
});

suite("other versions", () => {
  const OLD = [
    '{"type":"ledger","version":1,"lineage":"0123456789abcdef0123456789abcdef"}',
    '{"type":"generation","generation":7,"digest":"d1"}',
    '{"type":"done","id":"file:/f0","attempt":"a","specDigest":"s","fingerprint":"f","provenance":"adopted","owes":["file:/f1"]}',
    '{"type":"key","key":"k0","as":"done"}',
    '{"type":"intent","id":"file:/f2","attempt":"b","verb":"apply","specDigest":"s","cause":"drift"}',
    '{"type":"task","attempt":"b","taskId":"UPID:1"}',
  ];

  test("promise 9: a ledger of the first format is read, and written anew with its first record", async () => {
    const disk = withText(`${OLD.join("\n")}\n{"type":"ow`);
    const { log, warned } = warnings();
    const ledger = await openOnDisk(disk, { log });
    assert.deepEqual(warned, []);
    assert.equal(ledger.condition, undefined);
    const before = contentOf(ledger);
    assert.equal(ledger.lineage, "0123456789abcdef0123456789abcdef");
    assert.equal(ledger.generationOf({ digest: "d1" }), 7);
    assert.equal(ledger.oneShots.state("k0"), "done");
    assert.equal(ledger.inFlight()[0]?.task, "UPID:1");
    assert.equal(ledger.inFlight()[0]?.verb, "update", "what was called apply");
    await ledger.oneShots.begin("k1", UNSTOPPED);
    assert.deepEqual(warned, ["the last line of the ledger was torn by a crash and is dropped"]);
    for (const line of disk.text(LEDGER).split("\n").slice(0, -1)) {
      assert.match(line, /,"crc":"[0-9a-f]{8}"\}$/);
    }
    const again = await openOnDisk(disk);
    assert.deepEqual(contentOf(again), before);
    assert.equal(again.oneShots.state("k0"), "done");
    assert.equal(again.lineage, ledger.lineage);
    assert.deepEqual([...disk.contents.keys()], [LEDGER], "nothing was damaged");
  });

  test("promise 9: records of a later version are kept for it, and meanwhile no one-shot runs that is not known", async () => {
    const lease = '{"type":"lease","id":"file:/f0","until":"noon"}';
    for (const version of [2, 3]) {
      const lines = [`{"type":"ledger","version":${version},"lineage":"00"}`, OLD[3] ?? "", lease];
      const disk = withText(lines.map((line) => `${sealWithChecksum(line)}\n`).join(""));
      const { log, warned } = warnings();
      const ledger = await openOnDisk(disk, { log });
      assert.equal(warned.length, 1);
      assert.equal(ledger.oneShots.state("k0"), "done");
      assert.equal(ledger.oneShots.state("any"), "begun");
      assert.equal(ledger.condition?.reason, "LedgerCorrupt");
      for (let at = 0; at < 2_100; at += 1) {
        await ledger.refreshed(resourceId("file", "/f0"), UNSTOPPED);
      }
      await ledger[Symbol.asyncDispose]();
      const kept = disk.text(LEDGER).split("\n");
      assert.ok(kept.length < 200, "it was made smaller");
      assert.ok(kept.includes(sealWithChecksum(lease)));
      assert.match(kept[0] ?? "", new RegExp(`"version":${version},`));
      const again = await openOnDisk(disk);
      await again.settleKeys(UNSTOPPED);
      assert.equal(again.condition, undefined);
      assert.equal((await openOnDisk(disk)).oneShots.state("any"), undefined);
    }
  });
});
