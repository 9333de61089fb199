import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { replayBetween } from "./earlier-runs.ts";
import type { StreamEvent } from "./event-stream.ts";

const isLast = ({ type }: StreamEvent): boolean => type === "stopped";

/** Runs that published so many events each; the last event of each says that it ended. */
function runsOf(counts: readonly number[]): readonly StreamEvent[] {
  return counts.flatMap((count, run) =>
    Array.from({ length: count }, (_, index) => {
      const type = index === count - 1 ? "stopped" : "result";
      return { id: `${(run + 10).toString(16)}-${index + 1}`, type, data: index };
    }),
  );
}

const anyCounts = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 });
const BEFORE = "ffff-0";

test("replay: after each id of each run comes exactly what followed, however the record is doubled and exchanged", () => {
  fc.assert(
    fc.property(anyCounts, fc.nat(), fc.infiniteStream(fc.boolean()), (counts, pick, dice) => {
      const all = runsOf(counts);
      const at = pick % all.length;
      const own = { id: "ffff-1", type: "result", data: null };
      const doubled = all.flatMap((event) => (dice.next().value ? [event, event] : [event]));
      const recorded = [...doubled, own];
      for (let index = 1; index < recorded.length; index += 1) {
        const [one, other] = [recorded[index - 1], recorded[index]];
        const isOneRun = one?.id.split("-")[0] === other?.id.split("-")[0];
        if (one === undefined || other === undefined || !isOneRun) continue;
        if (dice.next().value) [recorded[index - 1], recorded[index]] = [other, one];
      }
      const replay = replayBetween(recorded, { after: all[at]?.id ?? "", before: BEFORE }, isLast);
      assert.deepEqual(replay, { events: all.slice(at + 1), hasGap: false });
    }),
  );
});

test("replay: when anything is missing on record a gap is reported, and the existing events are published", () => {
  fc.assert(
    fc.property(anyCounts, fc.nat(), fc.nat(), (counts, pick, lose) => {
      const all = runsOf(counts);
      const at = pick % all.length;
      const lost = lose % all.length;
      const recorded = all.filter((_, index) => index !== lost);
      const replay = replayBetween(recorded, { after: all[at]?.id ?? "", before: BEFORE }, isLast);
      const run = (index: number): string | undefined => all[index]?.id.split("-")[0];
      const isKnown = recorded.some(({ id }) => id.startsWith(`${run(at)}-`));
      if (!isKnown) return assert.equal(replay, undefined);
      assert.deepEqual(
        replay?.events,
        all.filter((_, index) => index > at && index !== lost),
      );
      // A whole run of one event leaves no trace of itself. A seen event is no loss, except the end of a run.
      const isTraceless = counts[Number.parseInt(run(lost) ?? "", 16) - 10] === 1;
      if (isTraceless) return undefined;
      const isEnd = all[lost]?.type === "stopped" && run(lost) === run(at);
      assert.equal(replay?.hasGap, lost > at || (isEnd && lost >= at));
    }),
  );
});

test("replay: nothing is known of other ids", () => {
  const recorded = runsOf([3, 3]);
  for (const after of ["", "a", "a-", "-1", "A-1", "99-1", "x-1", "a-1-1", "ffff-1"]) {
    assert.equal(replayBetween(recorded, { after, before: BEFORE }, isLast), undefined, after);
  }
});
