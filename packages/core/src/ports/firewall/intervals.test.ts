import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { intervalText, mergeIntervals, mergeValues, parseInterval } from "./intervals.ts";

const BITS = { ipv4: 32, ipv6: 128, port: 16 } as const;
const types = fc.constantFrom("ipv4", "ipv6", "port");
const typed = types.chain((type) =>
  fc.record({
    type: fc.constant(type),
    intervals: fc.array(interval(BITS[type]), { maxLength: 6 }),
    probes: fc.array(fc.bigInt({ min: 0n, max: (1n << BigInt(BITS[type])) - 1n }), {
      minLength: 1,
    }),
  }),
);

function interval(bits: number) {
  const most = (1n << BigInt(bits)) - 1n;
  const near = fc.bigInt({ min: 0n, max: 40n });
  return fc
    .tuple(fc.oneof(near, fc.bigInt({ min: 0n, max: most })), fc.oneof(near, fc.constant(0n)))
    .map(([first, size]) => ({ first, last: first + size > most ? most : first + size }));
}

suite("values of the firewall", () => {
  test("K7: what is written is read back, and merging keeps every value and adds none", () => {
    fc.assert(
      fc.property(typed, ({ type, intervals, probes }) => {
        const texts = intervals.map((one) => intervalText(type, one));
        for (const [position, text] of texts.entries()) {
          assert.deepEqual(parseInterval(type, text), intervals[position]);
        }
        const merged = mergeValues(type, texts);
        assert.deepEqual(mergeValues(type, merged), merged, "idempotent");
        const after = merged.flatMap((text) => parseInterval(type, text) ?? assert.fail(text));
        const points = [
          ...probes,
          ...intervals.flatMap(({ first, last }) => [first, last, last + 1n]),
        ];
        for (const point of points) assert.equal(isIn(point, after), isIn(point, intervals));
        for (const [position, one] of after.entries()) {
          const before = after[position - 1];
          assert.ok(before === undefined || before.last + 1n < one.first, "none touch");
        }
      }),
    );
  });

  test("K7: an order of values makes no difference", () => {
    fc.assert(
      fc.property(typed, ({ intervals }) => {
        assert.deepEqual(mergeIntervals(intervals.toReversed()), mergeIntervals(intervals));
      }),
    );
  });

  test("K7: addresses are written in one way", () => {
    const written: readonly (readonly ["ipv4" | "ipv6" | "port", string, string])[] = [
      ["ipv4", "10.0.0.0-10.255.255.255", "10.0.0.0/8"],
      ["ipv4", "10.0.0.7/32", "10.0.0.7"],
      ["ipv4", "10.0.0.1-10.0.0.2", "10.0.0.1-10.0.0.2"],
      ["ipv6", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
      ["ipv6", "2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"],
      ["ipv6", "::ffff:192.0.2.1", "::ffff:c000:201"],
      ["ipv6", "::/0", "::/0"],
      ["ipv6", "1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
      ["port", "80-80", "80"],
    ];
    for (const [type, value, expected] of written) {
      assert.deepEqual(mergeValues(type, [value]), [expected]);
    }
  });

  test("K7: what has a typo is no value", () => {
    const ipv4 =
      "10.0.0.256 10.0.0 10.0.0.0.0 10.0.0.0/33 10.0.0.1/8 010.0.0.1 10.0.0.0/ 10.0.0.9-10.0.0.1 10.0.0.1- 1.1.1.1/8/8 10.0.0.0/08 1.1.1.1/-1 1.1.1.x"
        .split(" ")
        .concat("", " 10.0.0.1", "10.0.0.1 ");
    const ipv6 = [
      "2001:db8",
      ":::",
      "1::2::3",
      "2001:db8::/129",
      "2001:db8::1/64",
      "g::1",
      "1:2:3:4:5:6:7:8:9",
    ];
    const port = [
      "65536",
      "-1",
      "80-",
      "90-80",
      "080",
      "http",
      "80-90-100",
      "8 0",
      "1e3",
      "22/tcp",
    ];
    for (const [type, values] of Object.entries({ ipv4, ipv6, port })) {
      for (const value of values) {
        assert.ok(type === "ipv4" || type === "ipv6" || type === "port");
        assert.equal(parseInterval(type, value), undefined, `${type} ${value}`);
      }
    }
  });
});

function isIn(
  point: bigint,
  intervals: readonly { readonly first: bigint; readonly last: bigint }[],
): boolean {
  return intervals.some(({ first, last }) => first <= point && point <= last);
}
