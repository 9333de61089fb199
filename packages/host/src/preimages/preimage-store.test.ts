import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { Fault, silentLog } from "@holdfast/core";
import { createLogCalls } from "@holdfast/daemonkit/appendlog";
import { seededRandom } from "@holdfast/testing";
import { type LogDiskOptions, SimulatedLogDisk } from "@holdfast/testing/log-disk";
import fc from "fast-check";
import { PreimageStore, type PreimageStoreOptions } from "./preimage-store.ts";

const UNSTOPPED = new AbortController().signal;
const DIRECTORY = "/var/lib/holdfast/preimages";
/** Stops in the middle of most contents. */
const SHORT: LogDiskOptions = { longestWriteBytes: 7 };

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const anyContent = fc.uint8Array({ maxLength: 40 });
const anyContents = fc.array(anyContent, { minLength: 1, maxLength: 4 });
const anyLuck = fc.double({ min: 0, max: 1, noNaN: true });

suite("the store of earlier contents", () => {
  test("K1: what is kept is read back byte by byte, now and by whoever comes later, and nothing else lies there", async () => {
    await fc.assert(
      fc.asyncProperty(anyContents, fc.integer({ min: 1, max: 9 }), async (contents, part) => {
        const disk = new SimulatedLogDisk(SHORT);
        const store = storeOn(disk, { needed: () => contents.map(keyOf) });
        for (const content of contents)
          assert.equal(await keep(store, content, part), keyOf(content));
        for (const one of [store, storeOn(disk, { needed: () => contents.map(keyOf) })]) {
          for (const content of contents) {
            assert.ok(await one.has(keyOf(content)));
            assert.deepEqual(await allOf(one, keyOf(content)), content);
          }
        }
        assert.deepEqual(new Set(disk.contents.keys()), new Set(contents.map(keyOf)));
      }),
      { numRuns: 40 },
    );
  });

  test("K1: power lost at any call, with any luck, leaves what was kept, and under no key anything but its content", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyContents,
        fc.integer({ min: 1, max: 50 }),
        anyLuck,
        anyLuck,
        async (contents, atCall, luck, other) => {
          const disk = new SimulatedLogDisk({ ...SHORT, injection: "power-lost", atCall });
          const kept: Uint8Array[] = [];
          void keepAll(storeOn(disk), contents, kept);
          await settle();
          const survivor = disk.afterPowerLoss((name) => (name < "8" ? luck : other));
          await assertWhole(survivor, { kept, known: contents });
        },
      ),
      { numRuns: 120 },
    );
  });

  test("K1: a disk that fails at any call refuses with PreimageNotKept, and leaves what was kept and nothing half done", async () => {
    const anyFailure = fc.constantFrom("fails-once" as const, "fails-always" as const);
    await fc.assert(
      fc.asyncProperty(
        anyContents,
        fc.integer({ min: 1, max: 50 }),
        anyFailure,
        async (contents, atCall, injection) => {
          const disk = new SimulatedLogDisk({ ...SHORT, injection, atCall });
          const store = storeOn(disk, { budgetBytes: 10 });
          const kept: Uint8Array[] = [];
          for (const content of contents) {
            const failure = await keepAll(store, [content], kept);
            if (failure === undefined) continue;
            assert.ok(failure instanceof Fault, "what it throws is a fault");
            assert.equal(failure.reason, "PreimageNotKept");
            assert.match(failure.resolution, /^[A-Z].*\.$/s);
          }
          const survivor = disk.afterKill({});
          await assertWhole(survivor, { kept: [], known: contents });
          const names = [...survivor.contents.keys()];
          if (injection === "fails-once")
            assert.ok(names.filter((name) => name.startsWith(".")).length <= 1);
        },
      ),
      { numRuns: 120 },
    );
  });

  test("over the budget what nobody needs goes first, then what is needed least, and only that is said", async () => {
    const anySizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(anySizes, fc.array(fc.nat({ max: 7 })), async (sizes, order) => {
        const contents = sizes.map((size, at) => new Uint8Array(size).fill(at));
        const needed = [...new Set(order)].flatMap((at) => contents[at] ?? []).map(keyOf);
        const { warned, log } = warnings();
        const disk = new SimulatedLogDisk();
        const store = storeOn(disk, { needed: () => needed, budgetBytes: 30, log });
        let model: readonly Uint8Array[] = [];
        for (const content of contents) {
          const saidBefore = warned.length;
          await keep(store, content);
          const before = model;
          model = withinBudget([...model, content], needed, 30);
          assert.deepEqual(namesOf(disk), model.map(keyOf).toSorted());
          const lost = before.filter((one) => !model.includes(one)).map(keyOf);
          const isSaid = warned.length > saidBefore;
          assert.equal(
            isSaid,
            lost.some((key) => needed.includes(key)),
          );
        }
      }),
      { numRuns: 100 },
    );
  });

  test("what was kept gives way to nothing until it is known who needs it", async () => {
    const disk = new SimulatedLogDisk();
    const store = storeOn(disk, { budgetBytes: 10, needed: () => [] });
    const taken = await store.take([new Uint8Array(8)], {}, UNSTOPPED);
    await taken.keep();
    const other = await keep(store, new Uint8Array(9));
    assert.deepEqual(namesOf(disk), [taken.sha256, other].toSorted(), "rather over the budget");
    await taken.drop();
    const last = await keep(store, new Uint8Array(7));
    assert.deepEqual(namesOf(disk), [last]);
  });

  test("the first use removes what a killed agent left and what nobody needs; what is not the store's stays", async () => {
    const [needed, unneeded] = [Buffer.from("needed"), Buffer.from("unneeded")];
    const files = { [keyOf(needed)]: needed, [keyOf(unneeded)]: unneeded };
    const others = { ".taking-0011": "half", README: "theirs" };
    const disk = SimulatedLogDisk.holding({ ...files, ...others });
    const store = storeOn(disk, { needed: () => [keyOf(needed)] });
    assert.equal(disk.callCount, 0, "an agent that changes nothing does not even look");
    assert.equal(await store.has(keyOf(unneeded)), false);
    assert.deepEqual(namesOf(disk), [keyOf(needed), "README"].toSorted());
  });

  test("whoever only reads removes nothing: another agent may be keeping it at this moment", async () => {
    const content = Buffer.from("content");
    const disk = SimulatedLogDisk.holding({ [keyOf(content)]: content, ".taking-0011": "half" });
    const store = storeOn(disk, { needed: () => [], isReadOnly: true });
    assert.deepEqual(await allOf(store, keyOf(content)), Uint8Array.from(content));
    assert.equal(await store.has(keyOf(Buffer.from("other"))), false);
    assert.equal(disk.changeCount, 0);
  });

  test("what is too large, or cut off, is not kept, and leaves nothing", async () => {
    const disk = new SimulatedLogDisk();
    const store = storeOn(disk, { mostBytes: 10 });
    await assert.rejects(keep(store, new Uint8Array(11)), { reason: "PreimageNotKept" });
    const given = new AbortController();
    given.abort(new Fault({ reason: "Aborted", message: "m", resolution: "R." }));
    await assert.rejects(store.take([new Uint8Array(1)], {}, given.signal), { reason: "Aborted" });
    const taken = await store.take([new Uint8Array(3)], {}, UNSTOPPED);
    await taken.drop();
    await taken.keep();
    assert.deepEqual(namesOf(disk), []);
    assert.equal(await keep(store, new Uint8Array(10)), keyOf(new Uint8Array(10)));
  });

  test("what is not there any more is PreimageGone, also when somebody removed it behind the store's back", async () => {
    const disk = new SimulatedLogDisk();
    const store = storeOn(disk);
    const key = await keep(store, Buffer.from("content"));
    disk.remove(key);
    for (const one of [key, "0".repeat(64), "../../../etc/shadow"])
      await assert.rejects(allOf(store, one), { reason: "PreimageGone" });
  });

  test("sealed bytes lie under the key that is given, and two of one content are one file", async () => {
    const disk = new SimulatedLogDisk();
    const store = storeOn(disk);
    const key = "ab".repeat(32);
    for (const _ of [1, 2]) {
      const taken = await store.take([Buffer.from("sealed")], { key }, UNSTOPPED);
      await taken.keep();
    }
    assert.deepEqual(namesOf(disk), [key]);
  });

  test("K1: on a real disk the files are 0600 in a directory 0700, whatever the umask says", async () => {
    const above = await mkdtemp(join(tmpdir(), "holdfast-preimages-"));
    const umask = process.umask(0);
    try {
      const directory = join(above, "preimages");
      const calls = createLogCalls({ directory: 0o700, file: 0o600 });
      const content = Buffer.from("content\n".repeat(100_000));
      const given = { calls, directory, random: seededRandom(1), log: silentLog };
      const store = new PreimageStore({ ...given, needed: () => [] });
      const key = await keep(store, content, 65_536);
      assert.deepEqual(await readdir(directory), [key]);
      assert.equal((await stat(directory)).mode & 0o7777, 0o700);
      assert.equal((await stat(join(directory, key))).mode & 0o7777, 0o600);
      assert.ok(content.equals(await allOf(store, key)));
    } finally {
      process.umask(umask);
      await rm(above, { recursive: true });
    }
  });
});

function storeOn(disk: SimulatedLogDisk, given: Partial<PreimageStoreOptions> = {}): PreimageStore {
  const rest = { random: seededRandom(1), log: silentLog, needed: () => [] };
  return new PreimageStore({ calls: disk.calls, directory: DIRECTORY, ...rest, ...given });
}

function warnings() {
  const warned: string[] = [];
  return { warned, log: { ...silentLog, warn: (message: string) => void warned.push(message) } };
}

/** Takes a content in parts of so many bytes, and keeps it. Returns its key. */
async function keep(store: PreimageStore, content: Uint8Array, part = 100): Promise<string> {
  const chunks = Array.from({ length: Math.ceil(content.length / part) }, (_, at) =>
    content.subarray(at * part, (at + 1) * part),
  );
  const taken = await store.take(chunks, {}, UNSTOPPED);
  assert.equal(taken.sizeBytes, content.length);
  await taken.keep();
  await taken.drop();
  return taken.sha256;
}

/** Keeps one after the other, and notes those that were. Returns what one failed with. */
async function keepAll(
  store: PreimageStore,
  contents: readonly Uint8Array[],
  kept: Uint8Array[],
): Promise<unknown> {
  try {
    for (const content of contents) {
      await keep(store, content);
      kept.push(content);
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Who starts then finds all that was kept; whatever else is found under a key is its content, and can be kept again. */
async function assertWhole(
  disk: SimulatedLogDisk,
  { kept, known }: { readonly kept: readonly Uint8Array[]; readonly known: readonly Uint8Array[] },
): Promise<void> {
  const store = storeOn(disk, { needed: () => known.map(keyOf) });
  for (const content of kept) assert.ok(await store.has(keyOf(content)), "it was kept");
  for (const content of known) {
    if (await store.has(keyOf(content)))
      assert.deepEqual(await allOf(store, keyOf(content)), content);
    await keep(store, content);
    assert.deepEqual(await allOf(store, keyOf(content)), content);
  }
}

/** The naive budget: the newest stays, and of the rest what is needed least goes first. */
function withinBudget(
  contents: readonly Uint8Array[],
  needed: readonly string[],
  budgetBytes: number,
): readonly Uint8Array[] {
  const newest = contents.at(-1);
  const rank = (content: Uint8Array): number => needed.indexOf(keyOf(content));
  const order = contents.slice(0, -1).toSorted((a, b) => rank(a) - rank(b));
  const size = (some: readonly Uint8Array[]): number =>
    some.reduce((sum, { length }) => sum + length, newest?.length ?? 0);
  while (order.length > 0 && size(order) > budgetBytes) order.shift();
  return contents.filter((content) => content === newest || order.includes(content));
}

function namesOf(disk: SimulatedLogDisk): readonly string[] {
  return [...disk.contents.keys()].toSorted();
}

async function allOf(store: PreimageStore, key: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of store.read(key, UNSTOPPED)) parts.push(part);
  return Uint8Array.from(Buffer.concat(parts));
}

function keyOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
