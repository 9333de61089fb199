import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { createEventStream, formatEvent } from "./event-stream.ts";

/** What could be taken for the end of a line, of a field or of a text. */
const nasty = fc.constantFrom("a", "\n", "\r", "\u2028", "\ud800", "ü", '"', "\0", ":", "\\");

suite("event stream", () => {
  test("M8: a client that comes back with an id gets the events after it, or an event about a gap", () => {
    const sizes = fc.record({
      capacity: fc.integer({ min: 1, max: 10 }),
      count: fc.integer({ min: 0, max: 30 }),
    });
    fc.assert(
      fc.property(sizes, fc.nat({ max: 30 }), ({ capacity, count }, seen) => {
        const stream = createEventStream({ capacity });
        const ids = Array.from({ length: count }, (_, data) => stream.publish({ type: "n", data }));
        assert.equal(new Set(ids).size, count);
        const last = ids[seen];
        if (last === undefined) return;
        const { events, hasGap } = stream.since(last);
        const missed = ids.slice(seen + 1);
        const kept = missed.slice(-capacity);
        assert.deepEqual(
          events.map(({ id }) => id),
          kept,
        );
        assert.equal(hasGap, kept.length < missed.length);
      }),
    );
  });

  test("M8: an id of another run, or none at all of ours, is a gap and gets everything that is kept", () => {
    const before = createEventStream();
    const old = before.publish({ type: "a", data: 1 });
    const stream = createEventStream();
    const id = stream.publish({ type: "b", data: 2 });
    for (const foreign of [old, "", "1", "nonsense", id.replace(/\d+$/, "99")]) {
      const { events, hasGap } = stream.since(foreign);
      assert.deepEqual([events.length, hasGap], [1, true], foreign);
    }
    assert.deepEqual(stream.since(undefined), { events: stream.since(old).events, hasGap: false });
    assert.deepEqual(stream.since(id), { events: [], hasGap: false });
  });

  test("M8: an event is one block of lines whatever is in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: nasty }), (data) => {
        const text = formatEvent({ id: "x-1", type: "said", data });
        assert.equal(text.split("\n").length, 5);
        assert.equal(JSON.parse(text.split("\n")[2]?.slice(6) ?? ""), data);
      }),
    );
    assert.throws(() => createEventStream().publish({ type: "a\nb", data: 1 }), /one word/);
    assert.throws(() => createEventStream({ capacity: 0 }), { reason: "OptionInvalid" });
  });
});
