import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { Facts } from "../facts.ts";
import type { Json, JsonObject } from "../json.ts";
import type { TemplateScope } from "./find-value.ts";
import { MAX_TEMPLATE_LENGTH, parseTemplate } from "./parse-template.ts";
import { mistakeInWords } from "./place-in-text.ts";
import { MAX_RENDERED_LENGTH, oneTemplate, renderTemplate } from "./render-template.ts";

const FACTS: Facts = {
  os: "linux",
  kernel: "6.1.0",
  arch: "x64",
  hostname: "web1",
  cpuCount: 2,
  memoryBytes: 1024,
  addresses: [],
  interfaces: [],
  disks: [],
  custom: {},
  stableId: { value: "abc", source: "machine-id" },
};

/** What a template becomes, or what is wrong with it in words. */
function render(
  text: string,
  vars: JsonObject = {},
  facts: TemplateScope["facts"] | "none" = FACTS,
): Json {
  const scope = { vars, facts: facts === "none" ? undefined : facts };
  const parsed = parseTemplate(text);
  const { mistakes, ...rendered } =
    "template" in parsed ? renderTemplate(parsed.template, scope) : parsed;
  if (mistakes.length > 0) return mistakes.map((mistake) => mistakeInWords(text, mistake));
  return "value" in rendered ? (rendered.value as Json) : null;
}

const check = (text: string, vars: JsonObject, expected: Json) =>
  assert.deepEqual(render(text, vars), expected, text);

const anyText = fc.string({ unit: "binary", maxLength: 60 }).filter((text) => !text.includes("{{"));
const anyName = fc
  .stringMatching(/^[a-z][a-z0-9_]{0,8}$/)
  .filter((name) => !/^(?:facts|vars)$/.test(name));
const anyScalar = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean());
/** Pieces of templates, right and wrong. */
const anyPiece = fc.oneof(
  fc.constantFrom(
    "{{a}}",
    "{{ b.c }}",
    "{{#l}}",
    "{{/l}}",
    "{{^l}}",
    "{{.}}",
    "{{{a}}}",
    "{{! c }}",
    "\n",
  ),
  fc.constantFrom(
    "{{>p}}",
    "{{=<% %>=}}",
    "{{",
    "}}",
    "{{no}}",
    '{{ "{{" }}',
    "{{#facts.distro}}",
    " ",
  ),
  anyText,
);
const anyTemplate = fc.array(anyPiece, { maxLength: 12 }).map((pieces) => pieces.join(""));

suite("templates", () => {
  test("a text without {{ is rendered to itself, whatever the vars", () => {
    fc.assert(
      fc.property(anyText, fc.dictionary(anyName, anyScalar), (text, vars) => {
        assert.equal(render(text, vars), text);
      }),
    );
  });

  test("a value is written as it is, in every form, and is no template", () => {
    const value = fc.oneof(anyScalar, anyTemplate);
    const form = fc.constantFrom(
      "{{x}}",
      "{{{ x }}}",
      "{{& x}}",
      "{{vars.x}}",
      "{{#y}}{{x}}{{/y}}",
    );
    fc.assert(
      fc.property(value, form, anyText, (x, written, before) => {
        assert.equal(render(`${before}|${written}`, { x, y: true }), `${before}|${String(x)}`);
      }),
    );
  });

  test("an unknown name is a mistake at its place, also in sections that are left out", () => {
    const around = fc.constantFrom(
      ["", ""],
      ["{{#yes}}", "{{/yes}}"],
      ["{{#no}}", "{{/no}}"],
      ["{{^yes}}", "{{/yes}}"],
      ["{{#list}}", "{{/list}}"],
      ["{{#facts.distro}}", "{{/facts.distro}}"],
    );
    fc.assert(
      fc.property(anyText, around, anyName, (before, [open = "", close = ""], name) => {
        const vars = { yes: true, no: false, list: [1, 2] };
        fc.pre(!Object.hasOwn(vars, name));
        const said = render(`${before}\n${open}${close}x${open}{{${name}}}${close}`, vars);
        assert.ok(Array.isArray(said) && said.length === 1, JSON.stringify(said));
        assert.match(
          String(said[0]),
          new RegExp(
            `^line \\d+, column ${2 * open.length + close.length + 2}: there is no "${name}"`,
          ),
        );
      }),
    );
  });

  test("whatever a template says, it is a text within its bounds or mistakes within the text", () => {
    const vars = { a: "A", b: { c: 1 }, l: ["x", "y"] };
    fc.assert(
      fc.property(anyTemplate, (text) => {
        const parsed = parseTemplate(text);
        const { mistakes } =
          "template" in parsed ? renderTemplate(parsed.template, { vars, facts: FACTS }) : parsed;
        for (const { offset } of mistakes) assert.ok(offset >= 0 && offset <= text.length);
      }),
    );
  });

  test("rendering takes no more steps than its budget, however lists are nested", () => {
    const depth = fc.integer({ min: 1, max: 32 });
    fc.assert(
      fc.property(depth, fc.constantFrom("", "x", "{{.}}"), (levels, inside) => {
        const text = `${"{{#l}}".repeat(levels)}${inside}${"{{/l}}".repeat(levels)}`;
        const parsed = parseTemplate(text);
        assert.ok("template" in parsed);
        const budget = { ...oneTemplate(), steps: 5_000 };
        const vars = { l: Array.from({ length: 100 }, () => "i") };
        const { mistakes } = renderTemplate(parsed.template, { vars, facts: FACTS }, budget);
        assert.equal(mistakes.length, levels < 2 ? 0 : 1);
        assert.ok(budget.steps >= -levels - 1, `${budget.steps}`);
      }),
    );
  });

  test("a long value again and again ends at the bound of the length", () => {
    const text = "{{#l}}{{x}}{{/l}}";
    const vars = {
      x: "x".repeat(MAX_RENDERED_LENGTH / 2),
      l: Array.from({ length: 9_000 }, () => 1),
    };
    assert.match(
      JSON.stringify(render(text, vars)),
      /^\["line 1, column \d+: what is rendered is too much/,
    );
    check("{{x}}{{x}}", vars, "x".repeat(MAX_RENDERED_LENGTH));
  });

  test("a template of blanks, of braces and of open tags is parsed in bounded steps", () => {
    const blank = " ".repeat(MAX_TEMPLATE_LENGTH - 10);
    assert.match(JSON.stringify(render(`{{ a${blank}`)), /is not closed/);
    assert.match(JSON.stringify(render(`{{ a${blank}}}`)), /more than 2000 characters/);
    const wide = `{{ a${" ".repeat(100)}x }}`;
    assert.match(JSON.stringify(render(wide.repeat(2_000))), /is not a name/);
    assert.match(JSON.stringify(render(wide.replace("x", " x"))), /more than 100 blanks/);
    assert.match(
      JSON.stringify(render(`x${blank}${blank}`)),
      /has \d+ characters; it may have 262144/,
    );
    check("{{a}}".repeat(50_000), { a: 1 }, "1".repeat(50_000));
  });

  test("B4: a secret is never part of a text that is rendered: it stays a reference", () => {
    const secret = { $secret: "db.password" };
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const said = render(`${before}{{p}}${after}`, { p: secret });
        const parts = [before, secret, after].filter((part) => part !== "");
        assert.deepEqual(said, parts.length === 1 ? secret : { $concat: parts });
      }),
    );
    check(
      "{{p}}:{{q}}",
      { p: secret, q: { $concat: ["a", secret] } },
      {
        $concat: [secret, ":a", secret],
      },
    );
    check("{{p.x}}", { p: secret }, ['line 1, column 1: p has no "x": it is no mapping.']);
    check("{{#p}}{{.}}{{/p}}", { p: secret }, secret);
  });

  test("sections go through lists, into mappings, and are left out when false or empty", () => {
    const vars = { l: [{ n: 1 }, { n: 2, m: "own" }], m: "outer", e: [], o: { p: { q: "deep" } } };
    check("{{#l}}\n  {{n}} {{m}}\n{{/l}}\nend", vars, "  1 outer\n  2 own\nend");
    check("{{#e}}{{anything}}{{/e}}{{^e}}none{{/e}}", vars, "none");
    check("{{#o}}{{p.q}}{{/o}} {{o.p.q}} {{vars.o.p.q}}", vars, "deep deep deep");
    check("{{^l}}x{{/l}}{{#m}}{{.}}{{/m}}", vars, "outer");
    check("a {{! a note }}b\r\n{{! alone }}\r\nc", {}, "a b\r\nc");
  });

  test("facts are there by name; one that the machine lacks is false in a section and a mistake as a value", () => {
    check("{{facts.hostname}} {{facts.stableId.value}} {{facts.cpuCount}}", {}, "web1 abc 2");
    check("{{^facts.distro}}unknown{{/facts.distro}}", {}, "unknown");
    check("{{#facts.distro}}{{facts.distro}}{{/facts.distro}}", {}, "");
    check("\n {{facts.distro}}", {}, [
      "line 2, column 2: this machine has no facts.distro: write {{#facts.distro}} … {{/facts.distro}} around what needs it.",
    ]);
    check("{{facts.hostnam}}{{facts}}", {}, [
      'line 1, column 1: there is no fact "hostnam". Did you mean "hostname"?',
      "line 1, column 18: facts are named one by one, such as facts.hostname.",
    ]);
    assert.deepEqual(render("{{facts.os}}", {}, "none"), [
      "line 1, column 1: no facts are known here.",
    ]);
  });

  test("what a template cannot say is refused at its place, and what to write is said", () => {
    check("a\n{{b", {}, [
      'line 2, column 1: the {{ is not closed. For the two braces themselves write {{ "{{" }}.',
    ]);
    check("{{>p}}", {}, ["line 1, column 1: {{>p}} is not taken: no template includes another."]);
    check("{{= | | =}}", {}, [
      "line 1, column 1: {{= … =}} is not taken: {{ and }} cannot be changed.",
    ]);
    check("{{#a}}", {}, ['line 1, column 7: the section "a" is not ended before this.']);
    check("{{/a}}", {}, ['line 1, column 1: the end of a section "a" that was not begun.']);
    check("{{a b}}", {}, [
      'line 1, column 1: "a b" is not a name, such as domain or site.port. For the two braces themselves write {{ "{{" }}.',
    ]);
    check("{{.}}", {}, [
      "line 1, column 1: {{.}} is the item of a list, inside of a section about it; there is none here.",
    ]);
    check("{{l}} {{m}}", { l: [1], m: { n: 1 } }, [
      "line 1, column 1: l is a list: write {{#l}} … {{/l}} around what each item becomes.",
      "line 1, column 7: m is a mapping: name a field of it, such as m.n.",
    ]);
    const deep = `${"{{#a}}".repeat(33)}${"{{/a}}".repeat(33)}`;
    check(deep, { a: 1 }, ["line 1, column 193: more than 32 sections are inside of each other."]);
  });

  test("the two braces themselves are written as a name in quotes", () => {
    check('{{ "{{" }} $labels.x }} and {{"{{"}}a', {}, "{{ $labels.x }} and {{a");
  });

  test("only fields that the data itself has are found", () => {
    for (const name of ["constructor", "__proto__", "toString", "l.length", "s.length", "l.0"]) {
      assert.ok(Array.isArray(render(`{{${name}}}`, { l: [1], s: "text" })), name);
    }
  });
});
