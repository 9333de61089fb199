import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { resourceId, type ResourceId } from "../id.ts";
import type { AppliedChange } from "../ports/kept/changes.ts";
import { type Choice, chooseChanges, type UndoSelector } from "./choose-changes.ts";

const [A, B, C] = ["/a", "/b", "/c"].map((name) => resourceId("file", name));
assert.ok(A !== undefined && B !== undefined && C !== undefined);

type Remembered = readonly (readonly [ResourceId, readonly AppliedChange[]])[];

/** Each resource's changes in the order of time; of runs there are few, and repairs have none. */
const anyRemembered: fc.Arbitrary<Remembered> = fc
  .array(fc.record({ at: fc.nat({ max: 2 }), run: fc.constantFrom("r", "s.1", "s.2", undefined) }))
  .map((made) =>
    [A, B, C].flatMap((id, owner) => {
      const own = made.flatMap(({ at, run }, time) =>
        at === owner ? [changeAt(time, `op${time}`, run)] : [],
      );
      return own.length === 0 ? [] : [[id, own] as const];
    }),
  );

const anySelector: fc.Arbitrary<UndoSelector> = fc.oneof(
  fc.nat({ max: 10 }).map((at) => ({ type: "op", op: `op${at}` }) as const),
  fc.constantFrom("r", "s", "s.1", "s.2", "none").map((run) => ({ type: "run", run }) as const),
  fc.nat({ max: 10 }).map((atMs) => ({ type: "since", atMs }) as const),
  fc.constant({ type: "last" } as const),
);

suite("which changes somebody means", () => {
  test("what is meant is chosen up to the newest, or refused by name of what covers it; nothing else is touched", () => {
    fc.assert(
      fc.property(anyRemembered, anySelector, (all, selector) => {
        const { chosen, refused } = choose(all, selector);
        const known = new Map(all);
        const isMeant = naiveMeaning(all, selector);
        for (const { id, change, newest } of chosen) {
          const own = known.get(id) ?? [];
          const undone = own.slice(own.indexOf(change));
          assert.ok(undone.length > 0 && undone.every(isMeant), "only what is meant is undone");
          assert.ok(!own.slice(0, own.indexOf(change)).some(isMeant), "and all of it");
          assert.equal(newest, own.at(-1));
        }
        for (const { id, op, fault } of refused) {
          const own = known.get(id) ?? [];
          const above = own
            .slice(own.findIndex((one) => one.op === op))
            .find((one) => !isMeant(one));
          assert.ok(above !== undefined);
          assert.equal(fault.reason, "UndoRefused");
          assert.ok(fault.message.includes(above.op), fault.message);
          assert.ok(fault.resolution.includes(above.op), fault.resolution);
        }
        const meant = all.filter(([, own]) => own.some(isMeant)).map(([id]) => id);
        assert.deepEqual([...chosen, ...refused].map(({ id }) => id).toSorted(), meant.toSorted());
      }),
      { numRuns: 300 },
    );
  });

  test("the last run is the one of the newest change, with all of its changes; a repair is a run of its own", () => {
    const one = changeAt(1, "one", "r");
    const two = changeAt(2, "two", "s");
    const three = changeAt(3, "three", "s");
    const repair = changeAt(4, "repair", undefined);
    const other = changeAt(4, "other repair", undefined);
    assert.deepEqual(
      opsOf(
        choose(
          [
            [A, [one, three]],
            [B, [two]],
          ],
          { type: "last" },
        ),
      ),
      ["three", "two"],
    );
    const repaired: Remembered = [
      [A, [one, repair]],
      [B, [two]],
      [C, [other]],
    ];
    assert.deepEqual(opsOf(choose(repaired, { type: "last" })), ["other repair"]);
    assert.deepEqual(opsOf(choose([], { type: "last" })), []);
  });

  test("the run of an agent that serves is all of its generations, or one of them", () => {
    const first = changeAt(1, "first", "serve.1");
    const second = changeAt(2, "second", "serve.12");
    const alike = changeAt(3, "alike", "served.1");
    const all: Remembered = [
      [A, [first]],
      [B, [second]],
      [C, [alike]],
    ];
    assert.deepEqual(opsOf(choose(all, { type: "run", run: "serve" })), ["first", "second"]);
    assert.deepEqual(opsOf(choose(all, { type: "run", run: "serve.1" })), ["first"]);
  });

  test("since a time is from that very moment on", () => {
    const all: Remembered = [[A, [changeAt(1, "one", "r"), changeAt(2, "two", "r")]]];
    assert.deepEqual(opsOf(choose(all, { type: "since", atMs: 2 })), ["two"]);
    assert.deepEqual(opsOf(choose(all, { type: "since", atMs: 3 })), []);
  });
});

function choose(all: Remembered, selector: UndoSelector): Choice {
  return chooseChanges({ allChanges: () => all }, selector);
}

function opsOf({ chosen, refused }: Choice): readonly string[] {
  assert.deepEqual(refused, []);
  return chosen.map(({ change }) => change.op);
}

/** The same said otherwise: by the set of their names. */
function naiveMeaning(all: Remembered, selector: UndoSelector): (change: AppliedChange) => boolean {
  const changes = all.flatMap(([, own]) => own);
  const newest = changes.toSorted((a, b) => a.atMs - b.atMs).at(-1);
  const meant = changes.filter((change) => {
    if (selector.type === "op") return change.op === selector.op;
    if (selector.type === "since") return !(change.atMs < selector.atMs);
    if (selector.type === "last")
      return newest?.run === undefined ? change === newest : change.run === newest.run;
    return change.run === selector.run || change.run?.split(".")[0] === selector.run;
  });
  const ops = new Set(meant.map(({ op }) => op));
  return ({ op }) => ops.has(op);
}

function changeAt(atMs: number, op: string, run: string | undefined): AppliedChange {
  return {
    op,
    atMs,
    ...(run === undefined ? {} : { run }),
    before: { type: "absent" },
    verb: "update",
    specDigest: "s",
    fingerprint: "f",
    provenance: "created",
  };
}
