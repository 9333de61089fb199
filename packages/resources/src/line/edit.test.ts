import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { joinLines, splitLines } from "@holdfast/core";
import fc from "fast-check";
import { byteStringOf, fromByteString, toByteString } from "../byte-text.ts";
import { compileLine, type LineTest } from "./compile-line.ts";
import { currentText, declaredText, editContent, linesOf } from "./edit.ts";
import { bindLine, type LineInput, type LineSpec } from "./spec.ts";

const PATH = "/etc/app.conf";

function specOf(input: Omit<LineInput, "path">): LineSpec {
  const problems: string[] = [];
  const spec = bindLine("x", { path: PATH, ...input }, (path, summary, detail) => {
    problems.push(`${path}: ${summary}: ${detail}`);
  });
  assert.deepEqual(problems, []);
  return spec;
}

const compiled = (spec: LineSpec): Promise<LineSpec<LineTest>> => compileLine(spec, 0);

/** Edits a byte string. */
function edit(content: string, spec: LineSpec<LineTest>): string {
  return toByteString(editContent(fromByteString(content), spec));
}

/** One example: the edit gives what is expected, is found done then, and does nothing a second time. */
async function check(input: Omit<LineInput, "path">, before: string, after: string): Promise<void> {
  const spec = await compiled(specOf(input));
  const edited = edit(byteStringOf(before), spec);
  assert.equal(edited, byteStringOf(after));
  assert.equal(currentText(linesOf(fromByteString(edited)), spec), declaredText(spec));
  assert.equal(edit(edited, spec), edited);
}

/** Lines that collide often, among them markers, and bytes that are no UTF-8. */
const lineText = fc.constantFrom(
  "",
  "key=1",
  "key=2",
  "#key=1",
  "new=3",
  "other=é",
  "\xff\xfe",
  "a\rb",
  "# BEGIN HOLDFAST app",
  "# END HOLDFAST app",
  "[section]",
);
const ending = fc.constantFrom("\n", "\r\n");
const content = fc
  .tuple(fc.array(fc.tuple(lineText, ending), { maxLength: 12 }), fc.option(lineText))
  .map(([lines, last]) => lines.map((parts) => parts.join("")).join("") + (last ?? ""));
const place = fc.constantFrom<Partial<LineInput>>(
  {},
  { insertAfter: "^\\[section" },
  { insertBefore: "^key=" },
  { insertAfter: "END" },
  { insertBefore: "BEGIN" },
);
const state = fc.constantFrom<"present" | "absent">("present", "absent");
const lineEdit = fc.record({
  line: fc.constantFrom("key=1", "new=3", "other=é", "plain", ""),
  match: fc.constantFrom(undefined, "^key=", "^#key", "nowhere", "é$"),
  state,
});
const blockEdit = fc.record({
  block: fc.record({
    marker: fc.constantFrom("app", "// {mark} app"),
    text: fc.constantFrom("", "\n", "key=1", "key=1\nnew=3\n", "\n\n"),
  }),
  state,
});
const declaration = fc
  .tuple(fc.oneof(lineEdit, blockEdit), place)
  .map(([what, where]) => specOf({ ...what, ...where }));

suite("line: editing", () => {
  test("lines split and joined are the same bytes", () => {
    fc.assert(
      fc.property(fc.oneof(content, fc.string()), (text) => {
        assert.equal(joinLines(splitLines(text)), text);
      }),
    );
  });

  test("bytes go through a byte string unharmed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        assert.deepEqual(fromByteString(toByteString(bytes)), bytes);
      }),
    );
  });

  test("K10: an edit is found done after it, and twice is once", async () => {
    await fc.assert(
      fc.asyncProperty(content, declaration, async (before, declared) => {
        const spec = await compiled(declared);
        const once = edit(before, spec);
        assert.equal(currentText(linesOf(fromByteString(once)), spec), declaredText(spec));
        assert.equal(edit(once, spec), once);
      }),
      { numRuns: 3000 },
    );
  });

  test("K10: the lines that an edit is not about stay as they are, in order, byte for byte", async () => {
    await fc.assert(
      fc.asyncProperty(content, declaration, async (before, declared) => {
        const spec = await compiled(declared);
        const isOther = (text: string) =>
          !/^(?:key|#key|other|new)|BEGIN|END|^\/\/|^plain$|^$/.test(text);
        const others = (text: string) =>
          splitLines(text)
            .map((line) => line.text)
            .filter(isOther);
        const kept = others(edit(before, spec));
        const isRemovedBlock = spec.edit.type === "block";
        if (!isRemovedBlock) assert.deepEqual(kept, others(before));
        else assert.ok(isSubsequence(kept, others(before)));
      }),
      { numRuns: 2000 },
    );
  });

  test("K10: at most one line changes when a line is declared present", async () => {
    await fc.assert(
      fc.asyncProperty(content, lineEdit, place, async (before, what, where) => {
        const spec = await compiled(specOf({ ...what, ...where, state: "present" }));
        const was = splitLines(before).map(({ text }) => text);
        const is = splitLines(edit(before, spec)).map(({ text }) => text);
        const added = is.length - was.length;
        assert.ok(added === 0 || added === 1);
        const prefix = was.findIndex((text, position) => text !== is[position]);
        const same = prefix < 0 ? was.length : prefix;
        assert.deepEqual(is.slice(same + 1), was.slice(same + 1 - added));
      }),
      { numRuns: 2000 },
    );
  });

  test("K10: CRLF files stay CRLF, and an unended last line stays so", async () => {
    const crlf = fc
      .tuple(
        fc.array(
          lineText.filter((text) => !text.includes("\r")),
          { minLength: 1 },
        ),
        fc.boolean(),
      )
      .map(([lines, isEnded]) => lines.join("\r\n") + (isEnded ? "\r\n" : ""));
    await fc.assert(
      fc.asyncProperty(
        crlf.filter((text) => /\r\n/.test(text)),
        declaration,
        async (before, declared) => {
          const spec = await compiled(declared);
          const after = edit(before, spec);
          assert.doesNotMatch(after.replaceAll("\r\n", ""), /[\r\n]/);
          const isEnded = (text: string) => text === "" || text.endsWith("\n");
          const lastIsEmpty = splitLines(after).at(-1)?.text === "";
          if (after !== "" && !lastIsEmpty) assert.equal(isEnded(after), isEnded(before));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

suite("line: examples", () => {
  test("a missing line goes to the end", async () => {
    await check({ line: "b" }, "a\n", "a\nb\n");
    await check({ line: "b" }, "a", "a\nb");
    await check({ line: "b" }, "", "b\n");
    await check({ line: "b" }, "b\na\n", "b\na\n");
  });
  test("the last line that matches is replaced", async () => {
    const input = { line: "Port 22", match: "^#?Port " };
    await check(input, "#Port 1\nPort 2\nx\n", "#Port 1\nPort 22\nx\n");
    await check(input, "x\n", "x\nPort 22\n");
  });
  test("a line that does not match its own pattern is not added twice", async () => {
    await check({ line: "on", match: "^off" }, "off 1\noff 2\n", "off 1\non\n");
  });
  test("places", async () => {
    await check({ line: "x", insertAfter: "^a" }, "a1\na2\nb\n", "a1\na2\nx\nb\n");
    await check({ line: "x", insertBefore: "^a" }, "a1\na2\nb\n", "x\na1\na2\nb\n");
    await check({ line: "x", insertAfter: "^nothing" }, "a\n", "a\nx\n");
  });
  test("patterns see text, not bytes", async () => {
    await check({ line: "name=Zoë", match: "^name=Z.ë$|^name=Zo.$" }, "name=Zoé\n", "name=Zoë\n");
  });
  test("a block is replaced between its markers", async () => {
    const block = { marker: "app", text: "one\ntwo" };
    const written = "# BEGIN HOLDFAST app\none\ntwo\n# END HOLDFAST app\n";
    await check({ block }, "a\n", `a\n${written}`);
    await check({ block }, "# BEGIN HOLDFAST app\nold\n# END HOLDFAST app\nz\n", `${written}z\n`);
    await check({ block: { marker: ";{mark} x", text: "" } }, "", ";BEGIN x\n;END x\n");
  });
  test("a stray marker is left alone", async () => {
    const block = { marker: "app", text: "one" };
    const written = "# BEGIN HOLDFAST app\none\n# END HOLDFAST app\n";
    await check(
      { block },
      "# BEGIN HOLDFAST app\nmine\n",
      `# BEGIN HOLDFAST app\nmine\n${written}`,
    );
  });
  test("absent removes every equal or matching line, or the block", async () => {
    await check({ line: "a", match: "^b", state: "absent" }, "a\nb1\nc\na\n", "c\n");
    await check({ match: "^b", state: "absent" }, "a\nb1", "a");
    const block = { marker: "app", text: "" };
    const written = "# BEGIN HOLDFAST app\none\n# END HOLDFAST app\n";
    await check({ block, state: "absent" }, `a\n${written}b\n`, "a\nb\n");
  });
});

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const text of whole) if (text === part[at]) at += 1;
  return at === part.length;
}
