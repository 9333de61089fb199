import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault } from "@holdfast/core";
import { SHORT_WRITES, SimulatedLogDisk } from "@holdfast/testing/log-disk";
import fc from "fast-check";
import { storeOn } from "../testing/store-on-disk.ts";
import type { State } from "./state.ts";
import type { StateStore } from "./state-store.ts";

const { signal } = new AbortController();
const FILE = "memory.state.json";
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function put(store: StateStore, base: State | undefined, note: string): Promise<State> {
  const content = { resources: [], isSynced: true, metadata: { note } };
  return store.write("memory", content, { base, signal });
}

async function written(disk: SimulatedLogDisk, count: number): Promise<State | undefined> {
  const store = storeOn(disk);
  let state: State | undefined;
  for (let each = 1; each <= count; each++) state = await put(store, state, `${each}`);
  return state;
}

suite("state files", () => {
  test("P1: power lost at any call, with any luck, leaves the last acknowledged state or the next", async () => {
    const anyLuck = fc.double({ min: 0, max: 1, noNaN: true });
    const luck = fc.array(anyLuck, { minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 80 }), luck, async (atCall, lucks) => {
        const options = { ...SHORT_WRITES, injection: "power-lost", atCall } as const;
        const disk = new SimulatedLogDisk(options);
        let done: State | undefined;
        const store = storeOn(disk);
        const doing = async (): Promise<void> => {
          for (const note of ["1", "2", "3"]) done = await put(store, done, note);
        };
        void doing();
        await settle();
        let at = 0;
        const survivor = disk.afterPowerLoss(() => lucks[at++ % lucks.length] ?? 0, {});
        const reading = await storeOn(survivor).read("memory");
        const serial = reading.type === "none" ? 0 : reading.state.serial;
        assert.notEqual(reading.type, "previous", "nothing is damaged");
        const acknowledged = done?.serial ?? 0;
        assert.ok(serial === acknowledged || serial === acknowledged + 1, `${serial}`);
      }),
      { numRuns: 200 },
    );
  });

  test("P1: of writers on one base exactly one succeeds, and the serial rises by one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 2, max: 5 }),
        async (before, writers) => {
          const disk = new SimulatedLogDisk();
          const base = await written(disk, before);
          const store = storeOn(disk);
          const all = Array.from({ length: writers }, (_, each) => put(store, base, `w${each}`));
          const ends = await Promise.allSettled(all);
          assert.equal(ends.filter(({ status }) => status === "fulfilled").length, 1);
          for (const end of ends) {
            if (end.status === "rejected") assert.match(String(end.reason), /another run/);
          }
          const reading = await store.read("memory");
          assert.equal(reading.type === "state" && reading.state.serial, before + 1);
        },
      ),
    );
  });

  test("P1: whatever byte is changed, the previous copy is used, says so, and the damaged bytes are kept", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (place, flip) => {
        const disk = new SimulatedLogDisk();
        await written(disk, 2);
        const bytes = disk.content(FILE).slice();
        const at = place % (bytes.length - 1);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        disk.write(FILE, bytes);
        const store = storeOn(disk);
        const reading = await store.read("memory").catch((error: unknown) => error);
        // The version may have become a newer one, and a blank another blank.
        if (reading instanceof Fault) return assert.equal(reading.reason, "StateForeign");
        const found = await store.read("memory");
        if (found.type === "state") return assert.equal(found.state.metadata["note"], "2");
        assert.ok(found.type === "previous");
        assert.equal(found.fault.reason, "StateCorrupt");
        assert.equal(found.state.serial, 1);
        await put(store, found.state, "again");
        const kept = [...disk.contents].filter(([name]) => name.includes(".corrupt-"));
        assert.deepEqual(
          kept.map(([, content]) => content),
          [bytes],
        );
      }),
    );
  });

  test("P1: a lost, a doubly damaged and a foreign file are faults, and nothing is written", async () => {
    const disk = new SimulatedLogDisk();
    const state = await written(disk, 2);
    const other = new SimulatedLogDisk();
    await put(storeOn(other, 2), undefined, "other");
    const whole = disk.text(FILE);
    disk.write(FILE, other.text(FILE));
    await assert.rejects(storeOn(disk).read("memory"), { reason: "StateForeign" });
    await assert.rejects(put(storeOn(disk), state, "x"), { reason: "StateForeign" });
    assert.equal(disk.text(FILE), other.text(FILE));
    assert.notEqual(disk.text(FILE), whole);
    disk.remove(FILE);
    await assert.rejects(put(storeOn(disk), state, "x"), { reason: "StateLost" });
    await assert.rejects(storeOn(disk).read("memory"), { reason: "StateLost" });
    disk.write(FILE, "{");
    disk.write(`${FILE}.previous`, "{");
    await assert.rejects(put(storeOn(disk), state, "x"), { reason: "StateCorrupt" });
    assert.equal(disk.text(FILE), "{");
  });

  test("P1: a state of another provider or of a newer version is refused", async () => {
    const disk = new SimulatedLogDisk();
    await written(disk, 1);
    disk.write("other.state.json", disk.text(FILE));
    await assert.rejects(storeOn(disk).read("other"), { reason: "StateForeign" });
    disk.write("new.state.json", '{"version": 2}');
    await assert.rejects(storeOn(disk).read("new"), { reason: "StateForeign" });
  });
});
