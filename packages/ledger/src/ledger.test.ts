import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault, type Intent, type Ledger, resourceId, silentLog } from "@holdfast/core";
import { MemoryStorage, seededRandom } from "@holdfast/testing";
import fc from "fast-check";
import { type OpenLedger, openLedger } from "./ledger.ts";

const UNSTOPPED = new AbortController().signal;
const IDS = [0, 1, 2].map((at) => resourceId("file", `/f${at}`));
const KEYS = ["k0", "k1"];

/** One thing that is done to a ledger. */
type Step =
  | { readonly type: "begin"; readonly id: number; readonly verb: Intent["verb"] }
  | { readonly type: "done" | "failed" | "refreshed" | "owe"; readonly id: number }
  | { readonly type: "key"; readonly key: number; readonly as: "begin" | "done" | "forget" }
  | { readonly type: "accept"; readonly digest: string }
  | { readonly type: "pause"; readonly reason: string | undefined };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant("begin" as const),
    id: fc.nat({ max: 2 }),
    verb: fc.constantFrom("update" as const, "refresh" as const),
  }),
  fc.record({
    type: fc.constantFrom("done", "failed", "refreshed", "owe"),
    id: fc.nat({ max: 2 }),
  }),
  fc.record({
    type: fc.constant("key" as const),
    key: fc.nat({ max: 1 }),
    as: fc.constantFrom("begin" as const, "done" as const, "forget" as const),
  }),
  fc.record({ type: fc.constant("accept" as const), digest: fc.constantFrom("d1", "d2", "d3") }),
  fc.record({
    type: fc.constant("pause" as const),
    reason: fc.constantFrom("r1", "r2", undefined),
  }),
);

/** The naive ledger. */
class Model {
  readonly open: Intent[] = [];
  readonly applied = new Map<string, string>();
  /** When something was last owed, and when a refresh of it last began. */
  readonly owed = new Map<string, number>();
  readonly refreshing = new Map<string, number>();
  readonly keys = new Map<string, string>();
  generation: { generation: number; digest: string } | undefined;
  paused: string | undefined;
  #attempts = 0;
  #now = 0;

  async take(step: Step, ledger: Ledger): Promise<void> {
    if (step.type === "key") return this.#turn(step, ledger);
    if (step.type === "accept") return this.#accept(step.digest, ledger);
    if (step.type === "pause") return this.#pause(step.reason, ledger);
    const id = idAt(step.id);
    if (step.type === "begin") {
      this.#attempts += 1;
      const attempt = `attempt-${this.#attempts}`;
      const intent = {
        id,
        attempt,
        verb: step.verb,
        specDigest: "s",
        cause: "intent",
        temporaries: [{ path: "/a" }],
      } as const;
      await ledger.begin(intent, UNSTOPPED);
      this.open.push(intent);
      if (step.verb === "refresh") this.refreshing.set(id, ++this.#now);
    } else if (step.type === "owe") {
      await ledger.owe(id, UNSTOPPED);
      this.owed.set(id, ++this.#now);
    } else if (step.type === "refreshed") {
      await ledger.refreshed(id, UNSTOPPED);
      const began = this.refreshing.get(id) ?? 0;
      if (began > (this.owed.get(id) ?? 0)) this.owed.delete(id);
    } else await this.#finish(step.type, step.id, ledger);
  }

  async #finish(type: "done" | "failed", at: number, ledger: Ledger): Promise<void> {
    const id = idAt(at);
    const attempt = this.open.findLast((intent) => intent.id === id)?.attempt ?? "unheard-of";
    const owes = [idAt((at + 1) % 3)];
    const fingerprint = `seen ${attempt}`;
    if (type === "failed") await ledger.finish({ type, id, attempt }, UNSTOPPED);
    else {
      const rest = { specDigest: "s", fingerprint, provenance: "created", owes } as const;
      await ledger.finish({ type, id, attempt, ...rest }, UNSTOPPED);
      this.applied.set(id, fingerprint);
      for (const target of owes) this.owed.set(target, ++this.#now);
    }
    const left = this.open.filter((intent) => intent.id !== id);
    this.open.splice(0, this.open.length, ...left);
  }

  async #turn({ key, as }: Step & { readonly type: "key" }, { oneShots }: Ledger): Promise<void> {
    const name = KEYS[key] ?? "";
    await oneShots[as](name, UNSTOPPED);
    if (as === "forget") this.keys.delete(name);
    else this.keys.set(name, as === "begin" ? "begun" : "done");
  }

  async #accept(digest: string, ledger: Ledger): Promise<void> {
    const last = this.generation;
    const expected = last === undefined ? 1 : last.generation + (last.digest === digest ? 0 : 1);
    const generation = ledger.generationOf({ digest });
    assert.equal(generation, expected);
    assert.equal(ledger.generationOf({ digest }), expected, "asking changes nothing");
    await ledger.accept({ digest, generation }, UNSTOPPED);
    this.generation = { generation, digest };
  }

  async #pause(reason: string | undefined, ledger: Ledger): Promise<void> {
    const at = "2026-01-01T00:00:00.000Z";
    await ledger.pause(reason === undefined ? undefined : { at, reason }, UNSTOPPED);
    this.paused = reason;
  }

  /** Both tell the same. */
  compare(ledger: Ledger): void {
    assert.equal(ledger.paused()?.reason, this.paused);
    assert.deepEqual(sorted(ledger.inFlight()), sorted(this.open));
    for (const id of IDS) {
      assert.equal(ledger.lastApplied(id)?.fingerprint, this.applied.get(id));
      assert.equal(ledger.owed(id), this.owed.has(id));
    }
    for (const key of KEYS) assert.equal(ledger.oneShots.state(key), this.keys.get(key));
    const { generation = 1, digest = "d1" } = this.generation ?? {};
    assert.equal(ledger.generationOf({ digest }), generation);
  }
}

function idAt(at: number) {
  const id = IDS[at];
  assert.ok(id);
  return id;
}

function sorted(intents: readonly Intent[]): readonly string[] {
  return intents.map((intent) => JSON.stringify(intent)).toSorted();
}

function open(storage: MemoryStorage, warn = (_message: string): void => {}): Promise<OpenLedger> {
  return openLedger({ storage, random: seededRandom(1), log: { ...silentLog, warn } }, UNSTOPPED);
}

test("promise 9: what a ledger tells is what was written, also after it is opened again and rewritten", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { maxLength: 40 }),
      fc.boolean(),
      async (steps, isClosed) => {
        const storage = new MemoryStorage();
        const model = new Model();
        const ledger = await open(storage);
        for (const step of steps) {
          await model.take(step, ledger);
          model.compare(ledger);
          model.compare(await open(storage));
        }
        if (isClosed) await ledger[Symbol.asyncDispose]();
        const again = await open(storage);
        model.compare(again);
        if (steps.length > 0) assert.equal(again.lineage, ledger.lineage);
      },
    ),
    { numRuns: 150 },
  );
});

test("promise 9: a crash at any byte of a write leaves the memory before it or after it, and is said", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 1, maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (steps, where) => {
        const storage = new MemoryStorage();
        const [before, after] = [new Model(), new Model()];
        const ledger = await open(storage);
        for (const step of steps.slice(0, -1)) await after.take(step, ledger);
        const textBefore = storage.text ?? "";
        const replay = await open(new MemoryStorage());
        for (const step of steps.slice(0, -1)) await before.take(step, replay);
        for (const step of steps.slice(-1)) await after.take(step, ledger);
        const textAfter = storage.text ?? "";
        const cut = textBefore.length + Math.floor((textAfter.length - textBefore.length) * where);
        const torn = new MemoryStorage();
        torn.text = textAfter.slice(0, cut);
        const warnings: string[] = [];
        const reopened = await open(torn, (message) => warnings.push(message));
        (cut === textAfter.length ? after : before).compare(reopened);

        await reopened.oneShots.begin("after the crash", UNSTOPPED);
        const isTorn = torn.text !== undefined && cut > 0 && textAfter[cut - 1] !== "\n";
        assert.equal(warnings.length, isTorn ? 1 : 0, "a torn line is said");
        const last = await open(torn);
        assert.equal(last.oneShots.state("after the crash"), "begun", "what follows is whole");
      },
    ),
    { numRuns: 200 },
  );
});

test("promise 9: what is not on the disk does not count", async () => {
  const storage = new MemoryStorage();
  const ledger = await open(storage);
  await ledger.oneShots.begin("first", UNSTOPPED);
  storage.isFull = true;
  await assert.rejects(ledger.oneShots.done("first", UNSTOPPED), { reason: "LedgerUnavailable" });
  assert.equal(ledger.oneShots.state("first"), "begun");
  storage.isFull = false;
  await ledger.oneShots.done("first", UNSTOPPED);
  assert.equal(ledger.oneShots.state("first"), "done");
});

test("promise 9: a ledger that is only read writes nothing", async () => {
  const storage = new MemoryStorage();
  const ledger = await open(storage);
  ledger.generationOf({ digest: "d" });
  await ledger[Symbol.asyncDispose]();
  assert.equal(storage.writes, 0);
});

test("a broken line that is not the last is named; what a later version wrote is not passed over", async () => {
  const storage = new MemoryStorage();
  const ledger = await open(storage);
  for (const key of ["a", "b", "c"]) await ledger.oneShots.begin(key, UNSTOPPED);
  const whole = storage.text ?? "";
  const lines = whole.split("\n");
  const refuse = async (text: string, message: RegExp): Promise<void> => {
    storage.text = text;
    await assert.rejects(open(storage), (error: unknown) => {
      assert.ok(error instanceof Fault && error.reason === "LedgerCorrupt");
      assert.match(error.message, message);
      return true;
    });
  };
  await refuse(lines.with(2, "nonsense").join("\n"), /line 3 /);
  await refuse(lines.with(1, '"text"').join("\n"), /line 2 /);
  await refuse(lines.with(1, '{"type":"hold"}').join("\n"), /line 2 .*hold.*not of this version/);
  await refuse(whole.replace('"version":1', '"version":2'), /line 1 .*not of this version/);
});

test("a ledger that is mostly history is rewritten when it is closed, and tells the same", async () => {
  const storage = new MemoryStorage();
  const ledger = await open(storage);
  for (let turn = 0; turn < 700; turn++) {
    await ledger.oneShots.begin("again", UNSTOPPED);
    await ledger.oneShots.forget("again", UNSTOPPED);
  }
  await ledger.oneShots.begin("kept", UNSTOPPED);
  const before = storage.text?.length ?? 0;
  await ledger[Symbol.asyncDispose]();
  assert.ok((storage.text?.length ?? 0) < before / 50);
  const again = await open(storage);
  assert.equal(again.oneShots.state("kept"), "begun");
  assert.equal(again.lineage, ledger.lineage);
});

test("the first provenance stays as it was told", async () => {
  const storage = new MemoryStorage();
  const ledger = await open(storage);
  const outcome = { type: "done", id: idAt(0), attempt: "a", specDigest: "s", owes: [] } as const;
  await ledger.finish({ ...outcome, fingerprint: "f", provenance: "adopted" }, UNSTOPPED);
  assert.deepEqual((await open(storage)).lastApplied(idAt(0)), {
    specDigest: "s",
    fingerprint: "f",
    provenance: "adopted",
  });
});
