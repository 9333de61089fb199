import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { archiveHeadBytes, namesInArchive } from "./locale-archive.ts";

const name = fc.stringMatching(/^[a-z]{2}_[A-Z]{2}(?:\.utf8)?(?:@[a-z]{1,6})?$/);
const entry = fc.record({ name, isThere: fc.boolean() });

suite("the archive of locales", () => {
  test("K10: its names are read in either byte order, without those that were taken out", () => {
    fc.assert(
      fc.property(fc.array(entry), fc.boolean(), fc.nat(40), (entries, isLittle, spare) => {
        const archive = archiveOf(entries, { isLittle, spare });
        const there = entries.filter(({ isThere }) => isThere).map((each) => each.name);
        assert.equal(archiveHeadBytes(archive), archive.length - spare);
        assert.deepEqual(namesInArchive(archive), there);
        assert.deepEqual(namesInArchive(archive.subarray(0, archive.length - spare - 1)), []);
      }),
    );
  });

  test("K10: a file that is no archive has no names, whatever it is", () => {
    const start = fc.constantFrom([], [0x09, 0x01, 0x02, 0xde], [0xde, 0x02, 0x01, 0x09]);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 400 }), (magic, bytes) => {
        const found = namesInArchive(Uint8Array.from([...magic, ...bytes]));
        assert.ok(found.length <= bytes.length);
      }),
    );
  });
});

const HEADER_BYTES = 56;

/** As glibc writes it, with bytes of locales behind it that nobody is to need. */
function archiveOf(
  entries: readonly { readonly name: string; readonly isThere: boolean }[],
  { isLittle, spare }: { readonly isLittle: boolean; readonly spare: number },
): Uint8Array {
  const namesAt = HEADER_BYTES + 12 * (entries.length + 1);
  const names = new TextEncoder().encode(entries.map((each) => `${each.name}\0`).join(""));
  const archive = new Uint8Array(namesAt + names.length + spare);
  const view = new DataView(archive.buffer);
  const word = (at: number, value: number): void => view.setUint32(at, value, isLittle);
  word(0, 0xde020109);
  word(8, HEADER_BYTES);
  word(16, entries.length + 1);
  word(20, namesAt);
  word(24, names.length);
  let nameAt = namesAt;
  for (const [position, { name: text, isThere }] of entries.entries()) {
    const at = HEADER_BYTES + 12 * position;
    word(at, 1);
    word(at + 4, nameAt);
    word(at + 8, isThere ? 1000 : 0);
    nameAt += text.length + 1;
  }
  archive.set(names, namesAt);
  return archive;
}
