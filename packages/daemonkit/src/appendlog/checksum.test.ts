import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { checkSeal, sealWithChecksum, splitAtSeals, withoutSeal } from "./checksum.ts";
import { type LogLine, readLogLines } from "./read-lines.ts";

const never = new AbortController().signal;
const anyBody = fc
  .record({ type: fc.constantFrom("done", "key"), id: fc.string({ unit: "binary" }) })
  .map((value) => JSON.stringify(value));

suite("a checksum on each line", () => {
  test("M11: a sealed line is JSON with one field more, is sound, and no other single byte of it is", () => {
    fc.assert(
      fc.property(
        anyBody,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (body, position, difference) => {
          const line = sealWithChecksum(body);
          const [, crc] = /,"crc":"([0-9a-f]{8})"\}$/.exec(line) ?? [];
          assert.deepEqual(JSON.parse(line), { ...Object(JSON.parse(body)), crc });
          assert.equal(withoutSeal(line), body);
          const bytes = Buffer.from(line);
          assert.equal(checkSeal(line), "sound");
          const at = position % bytes.length;
          bytes.writeUInt8(bytes.readUInt8(at) ^ difference, at);
          assert.notEqual(checkSeal(bytes.toString("utf8")), "sound");
        },
      ),
    );
  });

  test("M11: lines that lost the break between them are separated again", () => {
    fc.assert(
      fc.property(
        fc.array(anyBody, { minLength: 2, maxLength: 4 }),
        fc.constantFrom("", "x"),
        (bodies, inBetween) => {
          const lines = bodies.map((body) => sealWithChecksum(body));
          const parts = splitAtSeals(Buffer.from(lines.join(inBetween)));
          assert.deepEqual(
            parts.map(({ bytes, isSound }) => (isSound ? bytes.toString() : undefined)),
            lines,
          );
        },
      ),
    );
    const sound = sealWithChecksum('{"a":1}');
    const parts = splitAtSeals(Buffer.from(`${sound}x{"torn":`));
    assert.deepEqual(
      parts.map(({ bytes, isSound }) => [bytes.toString(), isSound]),
      [
        [sound, true],
        ['x{"torn":', false],
      ],
    );
  });

  test("M11: a line that carries no seal is distinguished from one whose seal is not its own", () => {
    assert.equal(checkSeal('{"a":1}'), "unsealed");
    assert.equal(checkSeal(""), "unsealed");
    assert.equal(checkSeal('{"a":1,"crc":"00000000"}'), "damaged");
  });
});

suite("reading a log line by line", () => {
  test("M11, D19: whatever the bytes and however little a read gives, the lines are those between the breaks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(0x61, 0x62, 0x0a, 0xff), { maxLength: 80 }),
        fc.integer({ min: 1, max: 7 }),
        async (content, longestRead) => {
          const bytes = Uint8Array.from(content);
          const read = async (from: number): Promise<Uint8Array> =>
            bytes.slice(from, from + longestRead);
          const lines: LogLine[] = [];
          for await (const some of readLogLines({ read }, never)) lines.push(...some);
          const whole = Buffer.from(bytes).toString("latin1").split("\n");
          const torn = whole.pop();
          const expected = [
            ...whole.map((text) => [text, true]),
            ...(torn === "" ? [] : [[torn, false]]),
          ];
          assert.deepEqual(
            lines.map(({ bytes: found, isEnded }) => [found.toString("latin1"), isEnded]),
            expected,
          );
          assert.deepEqual(
            lines.map(({ number }) => number),
            lines.map((_, index) => index + 1),
          );
        },
      ),
    );
  });

  test("D19: a line without end is handed out in parts, and no more of it is held", async () => {
    const part = Buffer.alloc(256 * 1024, "z");
    let left = 64;
    const read = async (): Promise<Uint8Array> => (left-- > 0 ? part : new Uint8Array());
    let longest = 0;
    for await (const lines of readLogLines({ read }, never)) {
      for (const { bytes } of lines) longest = Math.max(longest, bytes.length);
    }
    assert.ok(longest <= 5 * 1024 * 1024, String(longest));
  });
});
