import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type Client, ClientPlaces, type Place } from "./client-places.ts";

const READER: Client = { right: "read", uid: 1_000 };
const ROOT: Client = { right: "act", uid: 0 };
const client: fc.Arbitrary<Client> = fc.record({
  right: fc.constantFrom("read" as const, "act" as const, undefined),
  uid: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
});
const step = fc.oneof(
  {
    arbitrary: fc.record({ type: fc.constant("come" as const), client, count: fc.nat(90) }),
    weight: 3,
  },
  fc.record({ type: fc.constant("stream" as const), at: fc.nat() }),
  fc.record({ type: fc.constant("leave" as const), at: fc.nat() }),
);

/** As many of a client as come, and the places they got. */
function come(places: ClientPlaces, who: Client, count: number): readonly Place[] {
  return Array.from({ length: count }, () => places.admit(who)).filter((one) => one !== undefined);
}

suite("places of clients", () => {
  test("D19: whatever readers do, those who may act find 64 places, and half of them for streams", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const places = new ClientPlaces();
        const taken: Place[] = [];
        for (const one of steps) {
          if (one.type === "come") {
            if (one.client.right !== "act") taken.push(...come(places, one.client, one.count));
            continue;
          }
          const place = taken[one.at % Math.max(1, taken.length)];
          if (one.type === "stream") place?.startStream();
          else place?.leave();
        }
        const own = come(places, ROOT, 64);
        assert.equal(own.filter(({ isServed }) => isServed).length, 64);
        assert.equal(own.filter((place) => place.startStream()).length, 32);
      }),
      { numRuns: 300 },
    );
  });

  test("D19: there are never more connections than places and refusals, and what is given back is there again", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const places = new ClientPlaces();
        const held = new Set<Place>();
        for (const one of steps) {
          const place = [...held][one.type === "come" ? 0 : one.at % Math.max(1, held.size)];
          if (one.type === "come")
            come(places, one.client, one.count).forEach((each) => held.add(each));
          else if (one.type === "stream") place?.startStream();
          else if (place !== undefined) {
            place.leave();
            place.leave();
            held.delete(place);
          }
          const served = [...held].filter(({ isServed }) => isServed).length;
          assert.ok(served <= 128 && held.size - served <= 64);
        }
        for (const place of held) place.leave();
        assert.ok(come(places, ROOT, 64).every(({ isServed }) => isServed));
      }),
      { numRuns: 300 },
    );
  });

  test("D19: one reader leaves half of the places to the others", () => {
    const places = new ClientPlaces();
    const own = come(places, READER, 200);
    assert.deepEqual([own.length, own.filter(({ isServed }) => isServed).length], [96, 32]);
    assert.equal(own.filter((place) => place.startStream()).length, 16);
    const other = places.admit({ right: "read", uid: 1_001 });
    assert.ok(other?.isServed === true && other.startStream());
    assert.equal(places.admit({ right: undefined, uid: 1_000 }), undefined);
  });
});
