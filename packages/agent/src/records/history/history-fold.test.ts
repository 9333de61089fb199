import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { HistoryEntry } from "./history-entry.ts";
import { HistoryFold } from "./history-fold.ts";

/** What happens to one of two resources: a change, one of two failures, or an author is found out. */
const events = fc.array(
  fc.record({ id: fc.constantFrom("a", "b"), why: fc.constantFrom("", "Full", "Gone", "author") }),
  { maxLength: 30 },
);

function entryOf({ id, why }: { id: string; why: string }, at: number): HistoryEntry {
  const isFailure = why === "Full" || why === "Gone";
  const failure = isFailure ? { fault: { reason: why } } : {};
  const type = isFailure ? "failed" : why === "author" ? "attributed" : "changed";
  return { at: `${at}`, id, type, cause: "intent", what: "", changes: [], run: "r", ...failure };
}

function foldOf(entries: readonly HistoryEntry[], limit = 100): readonly HistoryEntry[] {
  const fold = new HistoryFold(limit);
  for (const entry of entries) fold.add(entry);
  return fold.list();
}

suite("the fold of a history", () => {
  test("nothing is lost or counted twice: the times of all entries are as many as the events, and no failure follows itself", () => {
    fc.assert(
      fc.property(events, (drawn) => {
        const list = foldOf(drawn.map(entryOf));
        const times = list.reduce((sum, { times: count = 1 }) => sum + count, 0);
        assert.equal(times, drawn.length);
        for (const id of ["a", "b"]) {
          const said = list
            .filter((entry) => entry.id === id)
            .map(({ fault }) => fault?.["reason"]);
          said.forEach((reason, at) => assert(reason === undefined || reason !== said[at + 1]));
        }
      }),
    );
  });

  test("a history that is read file by file, the newest first, is that of one file; a limit keeps the newest", () => {
    fc.assert(
      fc.property(events, fc.nat(30), fc.integer({ min: 1, max: 8 }), (drawn, cut, limit) => {
        const entries = drawn.map(entryOf);
        const newer = foldOf(entries.slice(cut));
        assert.deepEqual(foldOf([...foldOf(entries.slice(0, cut)), ...newer]), foldOf(entries));
        const last = foldOf(entries, limit).map(({ at, lastAt = at }) => lastAt);
        const all = foldOf(entries).map(({ at, lastAt = at }) => lastAt);
        assert.deepEqual(last, all.slice(-limit));
      }),
    );
  });
});
