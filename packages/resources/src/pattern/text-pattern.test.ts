import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { bindPattern, loadPatterns, refuseTooMuch, type TextPattern } from "./text-pattern.ts";

function problemsOf(source: string): readonly string[] {
  const problems: string[] = [];
  bindPattern(source, "match", (_field, summary, detail) => problems.push(`${summary}: ${detail}`));
  return problems;
}

function patternOf(source: string): TextPattern {
  assert.deepEqual(problemsOf(source), []);
  const pattern = bindPattern(source, "match", assert.fail);
  assert.ok(pattern !== undefined);
  return pattern;
}

/** Both engines agree on every text. */
async function checkLikeJavaScript(source: string, texts: readonly string[]): Promise<void> {
  const matches = await patternOf(source).compile();
  const expression = new RegExp(source);
  for (const text of texts) {
    assert.equal(matches(text), expression.test(text), `${source} on ${JSON.stringify(text)}`);
  }
}

function checkRefused(source: string, expected: RegExp): void {
  const [problem = "nothing was reported", ...others] = problemsOf(source);
  assert.deepEqual(others, []);
  assert.match(problem, expected);
}

const letter = fc.constantFrom(...Array.from("abAB01_-.# \t=é\u00a0\u2028"));
const escape = fc.constantFrom(
  "\\d",
  "\\D",
  "\\w",
  "\\W",
  "\\s",
  "\\S",
  "\\t",
  "\\x61",
  "\\u0062",
  "\\.",
  "\\-",
  "\\#",
  "\\/",
);
const member = fc.oneof(
  letter.filter((one) => one !== "-"),
  escape,
  fc.constantFrom("a-b", "0-9", "A-Z", "-"),
);
const charClass = fc
  .tuple(fc.constantFrom("", "^"), fc.array(member, { maxLength: 3 }))
  .map(([negation, members]) => `[${negation}${members.join("")}]`)
  .filter(isExpression);
const plain = letter.map((one) => (one === "." ? "\\." : one));
const repetition = fc.constantFrom(
  "",
  "",
  "",
  "*",
  "+",
  "?",
  "*?",
  "+?",
  "??",
  "{2}",
  "{0,2}",
  "{1,}?",
);
const source = fc
  .letrec<{ alternatives: string; sequence: string; piece: string; atom: string }>((tie) => ({
    alternatives: fc
      .array(tie("sequence"), { minLength: 1, maxLength: 2 })
      .map((sequences) => sequences.join("|")),
    sequence: fc.array(tie("piece"), { maxLength: 4 }).map((pieces) => pieces.join("")),
    piece: fc.oneof(
      fc.tuple(tie("atom"), repetition).map((parts) => parts.join("")),
      fc.constantFrom("^", "$", "\\b", "\\B"),
    ),
    atom: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      plain,
      fc.constantFrom(".", "{", "}", "]", "{,2}"),
      escape,
      charClass,
      fc
        .tuple(fc.constantFrom("(", "(?:", "(?<name>"), tie("alternatives"))
        .map(([opening, inner]) => `${opening}${inner})`),
    ),
  }))
  .alternatives.filter(isExpression);

suite("patterns", () => {
  test("D19: a pattern of linear time matches as in JavaScript", async () => {
    await fc.assert(
      fc.asyncProperty(
        source.filter((one) => problemsOf(one).length === 0),
        fc.array(fc.string({ unit: letter, maxLength: 12 }), { minLength: 1, maxLength: 8 }),
        checkLikeJavaScript,
      ),
      { numRuns: 400 },
    );
  });

  test("D19: a pattern that is not refused can be compiled, whatever JavaScript takes for an expression", async () => {
    await loadPatterns();
    const unit = fc.constantFrom(...Array.from("ab\\[](){}*+?|^$.-0129,:=!<>iukxcdDWpZ\u{1f600}"));
    const anything = fc.string({ unit, maxLength: 24 }).filter(isExpression);
    await fc.assert(
      fc.asyncProperty(anything, async (one) => {
        const pattern = bindPattern(one, "match", () => {});
        if (pattern !== undefined) (await pattern.compile())("ab012");
      }),
      { numRuns: 400 },
    );
  });

  test("the part of the syntax that differs between engines means what JavaScript means", async () => {
    const texts = [
      "",
      "a",
      "b",
      "-",
      "\v",
      "\u00a0",
      "\u2028",
      "a\rb",
      "A{2}",
      "a/b",
      "\b",
      "z",
      "\u0001",
      "}",
    ];
    const sources = [
      "\\s",
      "[^\\s]",
      "[\\S]",
      ".",
      "^.$",
      "[]",
      "[^]",
      "[\\b]",
      "\\/",
      "a{,2}",
      "\\ca",
      "a\\-",
      "[a\\-z]",
    ];
    for (const one of [
      ...sources,
      "[\\w-]",
      "[+--]",
      "(?<x>a)b?",
      "^$",
      "a|",
      "\\B",
      "[\\d\\D]",
      "[^\\w\\W]",
      "\\0",
      "}",
    ]) {
      await checkLikeJavaScript(one, texts);
    }
    for (const one of ["(?i:permitrootlogin) no", "P(?-i:ermit)R"]) {
      await checkLikeJavaScript(one, [
        "PermitRootLogin no",
        "permitrootlogin no",
        "PERMITROOTLOGIN NO",
      ]);
    }
  });

  test("a pattern that needs more than linear time is refused, and the fault says what to write", () => {
    checkRefused("a(?=b)", /looks around: write out what may stand there/);
    checkRefused("(?<!#)a", /looks around/);
    checkRefused("(a)\\1", /\\1 refers back to a group: write out/);
    checkRefused("(?<x>a)\\k<x>", /\\k means nothing here: write out/);
    checkRefused("\\Aa", /\\A means nothing here: write \^/);
    checkRefused("\\012", /octal number: write the character itself/);
    checkRefused("\\ud83d", /half a character/);
    checkRefused("(?s:.)", /of such groups there is \(\?i:/);
    checkRefused("(", /not a regular expression/);
  });

  test("D19: patterns are bounded, and so is the text they are tried on", () => {
    checkRefused("a".repeat(1_001), /at most 1000/);
    checkRefused("(?:a{20}){20}", /make 400 steps of it: at most 200/);
    checkRefused("(?:a{1000}){1000}", /at most 200/);
    assert.equal(patternOf("^[0-9a-f]{64} (a|bc)+$").steps, 71);
    const file = { path: "/etc/a", sizeBytes: 1024 * 1024 };
    refuseTooMuch(patternOf("^#?PermitRootLogin "), file);
    assert.throws(() => refuseTooMuch(patternOf("a{100}"), file), { reason: "ContentTooLarge" });
  });

  test("D19: patterns that backtracking takes for ever on are done at once", async () => {
    const text = `${" ".repeat(20_000)}#`;
    for (const one of ["^(\\s|.)*timeout=", "(a|aa)+$", "(\\w|\\d)*!", "(a+)+$", "(.*)*x"]) {
      assert.equal((await patternOf(one).compile())(text), false);
      assert.equal((await patternOf(one).compile())(`${"a".repeat(20_000)}#`), false);
    }
  });
});

function isExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
