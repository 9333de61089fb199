import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { resourceId, type ResourceId } from "../id.ts";
import type { AppliedChange, Hold } from "../ports/kept/changes.ts";
import { ChangeMemory } from "./change-memory.ts";

const IDS = [0, 1, 2].map((at) => resourceId("file", `/f${at}`));
const MOST_OF_ONE = 5;
const MOST = 10_000;

const anyId = fc.constantFrom(...IDS);
/** A place among the changes that a resource has; beyond them is one that nobody knows. */
const anyPlace = fc.nat({ max: MOST_OF_ONE });
const anyStep = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant("add" as const), id: anyId }) },
  fc.record({ type: fc.constant("undone" as const), id: anyId, place: anyPlace }),
  fc.record({
    type: fc.constant("hold" as const),
    id: anyId,
    place: anyPlace,
    isPending: fc.boolean(),
  }),
  fc.record({ type: fc.constantFrom("lift" as const, "free" as const), id: anyId }),
);

type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

suite("what can be undone, and what is held", () => {
  test("whatever happens, the newest changes that were not undone are remembered, and each hold until it ends", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const memory = new ChangeMemory();
        const changes = new Map<ResourceId, readonly AppliedChange[]>();
        const holds = new Map<ResourceId, Hold>();
        for (const [at, step] of steps.entries()) {
          take(step, at, { memory, changes, holds });
          for (const one of IDS) assert.deepEqual(memory.of(one), changes.get(one) ?? []);
          const remembered = [...changes].filter(([, some]) => some.length > 0);
          assert.deepEqual(new Map(memory.all()), new Map(remembered));
          assert.deepEqual(new Map(memory.holds()), holds);
          assert.equal(memory.size, remembered.flatMap(([, some]) => some).length + holds.size);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("when there are too many, the oldest change of the resource that changed longest ago goes", () => {
    const memory = new ChangeMemory();
    const idAt = (at: number): ResourceId => resourceId("file", `/many${at}`);
    for (let at = 0; at < MOST / 2; at += 1) memory.add(idAt(at), changeNamed(`first of ${at}`));
    for (let at = 0; at < MOST / 2; at += 1) memory.add(idAt(at), changeNamed(`second of ${at}`));
    memory.add(idAt(0), changeNamed("third of 0"));
    assert.equal(memory.size, MOST);
    const ops = (at: number): readonly string[] => memory.of(idAt(at)).map(({ op }) => op);
    assert.deepEqual(ops(0), ["first of 0", "second of 0", "third of 0"]);
    assert.deepEqual(ops(1), ["second of 1"]);
    assert.deepEqual(ops(2), ["first of 2", "second of 2"]);
    memory.add(idAt(0), changeNamed("fourth of 0"));
    assert.deepEqual(ops(1), []);
    assert.ok(![...memory.all()].some(([id]) => id === idAt(1)), "nothing is left of it");
    assert.equal(memory.size, MOST);
  });

  test("the end of an attempt is a change only if its intent began one", () => {
    const [id] = IDS;
    assert.ok(id !== undefined);
    const outcome = {
      type: "done",
      id,
      attempt: "a",
      specDigest: "s",
      fingerprint: "f",
      provenance: "adopted",
      owes: [],
    } as const;
    const change = { atMs: 7, run: "r", before: { type: "absent" } } as const;
    const intent = { id, attempt: "a", specDigest: "s", cause: "intent" } as const;
    const memory = new ChangeMemory();
    memory.finish(undefined, outcome);
    memory.finish({ ...intent, verb: "update" }, outcome);
    memory.finish({ ...intent, verb: "refresh", change }, outcome);
    memory.finish({ ...intent, verb: "run", change }, outcome);
    assert.deepEqual(memory.of(id), []);
    memory.finish({ ...intent, verb: "update", change }, outcome);
    const rest = { specDigest: "s", fingerprint: "f", provenance: "adopted" } as const;
    assert.deepEqual(memory.of(id), [{ op: "a", verb: "update", ...change, ...rest }]);
  });
});

interface Both {
  readonly memory: ChangeMemory;
  /** The naive memory. */
  readonly changes: Map<ResourceId, readonly AppliedChange[]>;
  readonly holds: Map<ResourceId, Hold>;
}

/** Does a step to both. */
function take(step: Step, at: number, { memory, changes, holds }: Both): void {
  const { id } = step;
  const own = changes.get(id) ?? [];
  switch (step.type) {
    case "add": {
      const change = changeNamed(`op${at}`);
      memory.add(id, change);
      changes.set(id, [...own, change].slice(-MOST_OF_ONE));
      return;
    }
    case "hold": {
      const hold = holdOn(opAt(own, step.place), step.isPending);
      memory.hold(id, hold);
      holds.set(id, hold);
      return;
    }
    case "undone": {
      const op = opAt(own, step.place);
      memory.undone(id, op);
      changes.set(id, own.slice(0, step.place));
      if (holds.get(id)?.op === op) holds.set(id, holdOn(op, false));
      return;
    }
    case "free":
      memory.hold(id, undefined);
      holds.delete(id);
      return;
    case "lift":
      memory.liftHolds();
      for (const [held, { isPending }] of holds) if (isPending !== true) holds.delete(held);
  }
}

function changeNamed(op: string): AppliedChange {
  return {
    op,
    atMs: 0,
    before: { type: "absent" },
    verb: "update",
    specDigest: "s",
    fingerprint: "f",
    provenance: "created",
  };
}

function holdOn(op: string, isPending: boolean): Hold {
  return { specDigest: "s", op, atMs: 0, why: "undone", ...(isPending ? { isPending } : {}) };
}

function opAt(own: readonly AppliedChange[], place: number): string {
  return own[place]?.op ?? "nobody knows it";
}
