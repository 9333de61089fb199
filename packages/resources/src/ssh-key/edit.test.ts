import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { editKeys, linesOfKey, otherLines, parseKeys } from "./edit.ts";
import { bindSshKey, comparableOptions, type SshKeyInput, type SshKeySpec } from "./spec.ts";
import { ALICE, BOB, CAROL } from "./testing/sample-keys.ts";

const fragment = fc.oneof(
  fc.constantFrom(
    "# comment\n",
    "\r\n",
    `${ALICE} alice\n`,
    `from="10.0.0.0/8" ${ALICE}\n`,
    `no-pty  ${BOB}\tbob\r\n`,
    `${CAROL}\n`,
    "ssh-ed25519 broken\n",
  ),
  // Any bytes: nobody promises UTF-8.
  fc.array(fc.nat({ max: 255 }), { maxLength: 6 }).map((bytes) => String.fromCharCode(...bytes)),
);
const content = fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join(""));
const input: fc.Arbitrary<SshKeyInput> = fc.record(
  {
    user: fc.constant("app"),
    key: fc.constantFrom<SshKeyInput["key"]>(ALICE, [ALICE, BOB]),
    options: fc.constantFrom<string[]>([], ["no-pty"], ['from="10.0.0.0/8"', "NO-PTY"]),
  },
  { requiredKeys: ["user", "key"] },
);

const bind = (written: SshKeyInput): SshKeySpec => bindSshKey("", written, () => assert.fail());
/** What of a file is no line of a declared key. */
function foreignText(text: string, { keys }: SshKeySpec): string {
  const table = parseKeys(text);
  const own = new Set(keys.flatMap((key) => linesOfKey(table, key)));
  return table.lines
    .filter(({ meaning }) => meaning.type !== "entry" || !own.has(meaning.entry))
    .map((line) => line.text + line.ending)
    .join("");
}

/** The lines of others are there, byte by byte; only a newline may have been put behind the last one. */
function assertForeignKept(after: string, before: string, spec: SshKeySpec): void {
  const [kept, was] = [foreignText(after, spec), foreignText(before, spec)];
  assert.ok(kept === was || kept === `${was}\n` || kept === `${was}\r\n`, JSON.stringify(kept));
}

suite("K10: keys in a file of others", () => {
  test("each declared key is there once, with its options, and all other lines are as they were", () => {
    fc.assert(
      fc.property(content, input, (before, written) => {
        const spec = bind(written);
        const after = editKeys(before, spec);
        const table = parseKeys(after);
        for (const key of spec.keys) {
          const [line, ...repeated] = linesOfKey(table, key);
          assert.ok(line !== undefined && repeated.length === 0);
          if (spec.options === undefined) continue;
          assert.equal(comparableOptions(line.options), comparableOptions(spec.options));
        }
        assertForeignKept(after, before, spec);
        assert.equal(editKeys(after, spec), after, "a second edit does nothing");
      }),
    );
  });

  test("exclusive leaves the declared keys and comments, and nothing that could be a key", () => {
    fc.assert(
      fc.property(content, input, (before, written) => {
        const spec = bind({ ...written, exclusive: true });
        const table = parseKeys(editKeys(before, spec));
        assert.deepEqual(otherLines(table, spec), []);
        const comments = (text: string): number =>
          parseKeys(text).lines.filter(({ text: line }) => line.startsWith("# comment")).length;
        assert.equal(comments(editKeys(before, spec)), comments(before));
      }),
    );
  });

  test("absent takes every line of the key away, and no other", () => {
    fc.assert(
      fc.property(content, input, (before, { user, key }) => {
        const spec = bind({ user, key, state: "absent" });
        const after = editKeys(before, spec);
        for (const one of spec.keys) assert.deepEqual(linesOfKey(parseKeys(after), one), []);
        assertForeignKept(after, before, spec);
      }),
    );
  });

  test("options that say the same keep their quotes and their order", () => {
    const line = `No-Pty,command="/bin/a b"   ${ALICE} alice\n`;
    const same = bind({ user: "app", key: ALICE, options: ['command="/bin/a b"', "no-pty"] });
    assert.equal(editKeys(line, same), line);
    const other = bind({ user: "app", key: ALICE, options: ["no-pty"] });
    assert.equal(editKeys(line, other), `no-pty ${ALICE} alice\n`);
  });
});
