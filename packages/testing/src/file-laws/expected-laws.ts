import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assertNames, type FileSubject, mustFail, UNSTOPPED } from "./subject.ts";

const ATTEMPT = "0123456789abcdef";
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Whole lines, as a program adds them. */
const lines = fc.array(fc.constantFrom("a\n", "\n", "é=1\r\n", `${"long".repeat(3_000)}\n`), {
  maxLength: 3,
});
const text = lines.map((all) => all.join(""));

/** Laws of a write that expects the bytes it was made from. */
export function expectedLaws(open: () => Promise<FileSubject>): void {
  test("K1: what was appended to the expected bytes is behind the new content; after any other change nothing is written", async () => {
    await using subject = await open();
    const found = fc.oneof(
      fc.record({ expected: text, appended: text }),
      fc.record({ expected: text, other: text }),
    );
    await fc.assert(
      fc.asyncProperty(found, text, async (one, content) => {
        const now = "other" in one ? one.other : one.expected + one.appended;
        subject.tamper.write("/edited", now);
        const request = { content: encode(content), expects: encode(one.expected) };
        const write = subject.files.write(
          { path: "/edited", ...request, attempt: ATTEMPT },
          UNSTOPPED,
        );
        const isAppended = one.expected !== "" && now.startsWith(one.expected);
        const isWritten = isAppended || now === one.expected;
        if (isWritten) await write;
        else await mustFail(write, "ChangedMeanwhile");
        const after = isWritten ? content + now.slice(one.expected.length) : now;
        assert.equal(subject.inspect.text("/edited"), after);
        assertNames(subject, "/", ["edited"]);
      }),
      { numRuns: 25 },
    );
    assert.equal(subject.openHandles(), 0);
  });

  test("K1: no bytes are expected of a file that is not there, and one that vanished is a change", async () => {
    await using subject = await open();
    const request = { path: "/made", content: encode("new\n"), attempt: ATTEMPT };
    await mustFail(
      subject.files.write({ ...request, expects: encode("old\n") }, UNSTOPPED),
      "ChangedMeanwhile",
    );
    await subject.files.write({ ...request, expects: encode("") }, UNSTOPPED);
    assert.equal(subject.inspect.text("/made"), "new\n");
  });

  test("K1: a change while the file is written is seen: other content, owner or mode, another file, none", async () => {
    for (const change of CHANGES) {
      await using subject = await open();
      subject.tamper.write("/edited", "old\n");
      const write = subject.files.write(
        {
          path: "/edited",
          content: encode("new\n"),
          expects: encode("old\n"),
          attempt: ATTEMPT,
          validate: async () => change(subject.tamper),
        },
        UNSTOPPED,
      );
      const fault = await mustFail(write, "ChangedMeanwhile");
      assert.match(fault.message, /another program changed \/edited/);
      assert.ok(!subject.inspect.list("/")?.some((name) => name.startsWith(".holdfast")));
    }
  });

  test("K1: lines are not appended to what a check has seen, nor behind a line that nothing ends", async () => {
    await using subject = await open();
    for (const [expected, content, validate] of [
      ["old\n", "new\n", async () => {}],
      ["old\n", "new", undefined],
      ["old", "new\n", undefined],
    ] as const) {
      subject.tamper.write("/edited", `${expected}more\n`);
      const request = { path: "/edited", content: encode(content), expects: encode(expected) };
      const checked = validate === undefined ? {} : { validate };
      await mustFail(
        subject.files.write({ ...request, ...checked, attempt: ATTEMPT }, UNSTOPPED),
        "ChangedMeanwhile",
      );
      assert.equal(subject.inspect.text("/edited"), `${expected}more\n`);
    }
  });
}

type Change = (tamper: FileSubject["tamper"]) => void;

const CHANGES: readonly Change[] = [
  (tamper) => tamper.write("/edited", "other\n"),
  (tamper) => tamper.write("/edited", "old\nmore\n"),
  (tamper) => tamper.truncate("/edited", 0),
  (tamper) => tamper.chmod("/edited", 0o600),
];
