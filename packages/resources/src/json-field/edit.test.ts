import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault, isJsonObject, type Json } from "@holdfast/core";
import fc from "fast-check";
import { encodeText } from "../byte-text.ts";
import { type JsonDocument, parseDocument } from "./document.ts";
import { editDocument } from "./edit.ts";
import { fieldState, findField } from "./find-field.ts";
import { canonicalText, endOf, valueOf } from "./json-value.ts";
import { bindJsonField, type JsonFieldInput, type JsonFieldSpec } from "./spec.ts";
import { isComment, tokensFrom } from "./token.ts";

const PATH = "/etc/app.json";

function specOf(input: Omit<JsonFieldInput, "path">): JsonFieldSpec {
  return bindJsonField("x", { path: PATH, ...input }, (path, summary, detail) =>
    assert.fail(`${path}: ${summary}: ${detail}`),
  );
}

function parse(text: string): JsonDocument {
  return parseDocument(encodeText(text), PATH);
}

/** Edits a text; `undefined` when something is in the way. */
function edit(text: string, spec: JsonFieldSpec): string | undefined {
  const document = parse(text);
  const isBlocked = fieldState(document.root, spec).type === "blocked";
  return isBlocked ? undefined : editDocument(document, spec);
}

function commentsOf(text: string): readonly string[] {
  const comments = [...tokensFrom(text, 0)].filter(isComment);
  return comments.map(({ offset, end }) => text.slice(offset, end));
}

const BLOCKED = Symbol("blocked");

/** The model: what a value should be after the edit. */
function setAt(root: Json, keys: readonly string[], value: Json | undefined): Json | symbol {
  const [key = "", ...rest] = keys;
  if (Array.isArray(root)) {
    const isElement = /^(?:0|[1-9]\d*)$/.test(key) && Number(key) < root.length;
    if (!isElement) return value === undefined ? root : BLOCKED;
    if (rest.length === 0) return value === undefined ? BLOCKED : root.with(Number(key), value);
    const inner = setAt(root[Number(key)] as Json, rest, value);
    return typeof inner === "symbol" ? inner : root.with(Number(key), inner);
  }
  if (!isJsonObject(root)) return value === undefined ? root : BLOCKED;
  const others = Object.entries(root).filter(([each]) => each !== key) as [string, Json][];
  const has = Object.hasOwn(root, key);
  if (rest.length === 0)
    return Object.fromEntries(value === undefined ? others : [...others, [key, value]]);
  if (!has && value === undefined) return root;
  const inner = setAt(has ? (root[key] as Json) : {}, rest, value);
  return typeof inner === "symbol" ? inner : Object.fromEntries([...others, [key, inner]]);
}

/** Keys that collide often, some of them hard to write or to hold. */
const key = fc.constantFrom("a", "b", "0", "1", "x.y", "", 'é"\\', "__proto__", "toJSON");
const scalar = fc.constantFrom<Json>(null, true, 0, -1.5e3, 1e21, "", "text", 'é // "\\\n', "/*");
const { value } = fc.letrec<{ value: Json; object: Json }>((tie) => ({
  object: fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    tie("object"),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
}));
const object = fc.dictionary(key, value, { maxKeys: 5 });
const trivia = fc.constantFrom(
  "",
  "",
  " ",
  "\t",
  "\n",
  "\n  ",
  "\r\n",
  " // c\n",
  "/*b*/",
  " /* x\n y */ ",
  "\r",
);

/** A document: the value, with white space and comments drawn for each place, and sometimes closing commas. */
const document = fc
  .tuple(
    fc.oneof({ weight: 6, arbitrary: object }, { weight: 1, arbitrary: value }),
    fc.oneof(fc.array(trivia, { minLength: 1, maxLength: 30 }), fc.constant([""])),
    fc.boolean(),
  )
  .map(([root, pieces, hasClosingCommas]) => written(root, pieces, hasClosingCommas));
const tidyDocument = fc
  .tuple(object, fc.constantFrom(undefined, 2, 4, "\t"), fc.constantFrom("\n", "\r\n"))
  .map(([root, unit, lineBreak]) =>
    `${JSON.stringify(root, undefined, unit)}\n`.replaceAll("\n", lineBreak),
  );
const anyDocument = fc.oneof(document, tidyDocument);

const keys = fc.array(key, { minLength: 1, maxLength: 3 });
const declared = fc
  .tuple(keys, fc.option(value, { nil: undefined }))
  .map(([field, wanted]) =>
    specOf({ field, ...(wanted === undefined ? { state: "absent" } : { value: wanted }) }),
  );

function written(root: Json, pieces: readonly string[], hasClosingCommas: boolean): string {
  let at = 0;
  const next = () => pieces[at++ % pieces.length] ?? "";
  const list = (open: string, parts: readonly string[], close: string) => {
    const comma = hasClosingCommas && parts.length > 0 ? `,${next()}` : "";
    return `${open}${next()}${parts.join(`,${next()}`)}${next()}${comma}${close}`;
  };
  const write = (each: Json): string => {
    if (Array.isArray(each))
      return list(
        "[",
        each.map((inner: Json) => write(inner) + next()),
        "]",
      );
    if (!isJsonObject(each)) return JSON.stringify(each);
    const fields = Object.entries(each).map(
      ([name, inner]) =>
        `${JSON.stringify(name)}${next()}:${next()}${write(inner ?? null)}${next()}`,
    );
    return list("{", fields, "}");
  };
  return next() + write(root) + next();
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (part.startsWith(character, at)) at += character.length;
  return at === part.length;
}

function withoutSpace(text: string): string {
  return text.replaceAll(/[ \t\r\n]/g, "");
}

suite("json-field: editing", () => {
  test("K10: the field holds its value after it, every other field what it held, and twice is once", () => {
    fc.assert(
      fc.property(anyDocument, declared, (before, spec) => {
        const expected = setAt(valueOf(parse(before).root), spec.keys, spec.value);
        const after = edit(before, spec);
        if (typeof expected === "symbol" || after === undefined) {
          return assert.equal(after === undefined, typeof expected === "symbol");
        }
        assert.equal(canonicalText(valueOf(parse(after).root)), canonicalText(expected));
        assert.equal(edit(after, spec), after);
      }),
      { numRuns: 5000 },
    );
  });

  test("K10: the text around the field stays, byte for byte; comments too", () => {
    fc.assert(
      fc.property(anyDocument, declared, (before, spec) => {
        const after = edit(before, spec);
        if (after === undefined || after === before) return;
        const found = findField(parse(before).root, spec.keys);
        if (found.type === "missing") {
          assert.ok(isSubsequence(withoutSpace(before), withoutSpace(after)));
          assert.deepEqual(commentsOf(after), commentsOf(before));
          if ((found.parent.children ?? []).length > 0) assert.ok(isSubsequence(before, after));
          return;
        }
        assert.ok(found.type === "present");
        const begin = found.part.offset;
        const end = endOf(found.part);
        if (spec.value !== undefined) {
          assert.ok(after.startsWith(before.slice(0, begin)) && after.endsWith(before.slice(end)));
          return;
        }
        assert.ok(isSubsequence(after, before));
        const own = found.part.parent?.offset ?? begin;
        const kept = [...commentsOf(before.slice(0, own)), ...commentsOf(before.slice(end))];
        assert.deepEqual(commentsOf(after), kept);
      }),
      { numRuns: 5000 },
    );
  });

  test("K10: removing what was added gives back what was there", () => {
    fc.assert(
      fc.property(anyDocument, keys, value, (before, field, wanted) => {
        const { root } = parse(before);
        const found = findField(root, field);
        if (found.type !== "missing" || found.keys.length > 1) return;
        const added = edit(before, specOf({ field, value: wanted })) ?? assert.fail("blocked");
        const after = edit(added, specOf({ field, state: "absent" })) ?? assert.fail("blocked");
        assert.equal(canonicalText(valueOf(parse(after).root)), canonicalText(valueOf(root)));
        if ((found.parent.children ?? []).length > 0) {
          assert.equal(withoutSpace(after), withoutSpace(before));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("K10: a tidy file stays as tidy as it was", () => {
    const indented = fc.constantFrom(2, 4, "\t");
    fc.assert(
      fc.property(object, keys, value, indented, (root, field, wanted, unit) => {
        const before = `${JSON.stringify(root, undefined, unit)}\n`;
        const after = edit(before, specOf({ field, value: wanted }));
        if (after === undefined || LONE.test(before) || POSITION.test(after)) return;
        assert.equal(after, `${JSON.stringify(JSON.parse(after), undefined, unit)}\n`);
      }),
      { numRuns: 2000 },
    );
  });
});

/** JavaScript puts such fields first, wherever they were written. */
const POSITION = /"[01]":/;

/** Objects and lists without anything in them tell nothing about the indentation of a file. */
const LONE = /^(?:\{\}|[^\n]*)\n$/;

suite("json-field: reading", () => {
  const broken = fc
    .tuple(
      tidyDocument,
      fc.nat(),
      fc.constantFrom("", ",", "{", "]", '"', "0", "N", "\\", "\u0001", "\v"),
    )
    .map(([text, at, piece]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + piece + text.slice(place + 1);
    });

  test("K10: whatever is taken means what JSON.parse says, or has comments or closing commas", () => {
    fc.assert(
      fc.property(broken, (text) => {
        const mine = attempt(() => canonicalText(valueOf(parse(text).root)));
        const strict = attempt(() => canonicalText(JSON.parse(text) as Json));
        if (mine === undefined) return;
        if (strict !== undefined) return assert.equal(mine, strict);
        assert.match(text, /\/[/*]|,\s*[\]}]|^\s*$/);
      }),
      { numRuns: 5000 },
    );
  });

  test("K10: an ambiguous text is a fault that names the place", () => {
    const check = (content: string | Uint8Array, expected: RegExp) => {
      const bytes = typeof content === "string" ? encodeText(content) : content;
      assert.throws(
        () => parseDocument(bytes, PATH),
        (error) => {
          assert.ok(error instanceof Fault);
          assert.equal(error.reason, "ContentInvalid");
          assert.match(error.message, expected);
          return true;
        },
      );
    };
    check('{\n  "a": 1,\n  "a": 2\n}', /the key "a" is there twice at line 3, column 3$/);
    check('{"a": [{"b": 1, "\\u0062": 2}]}', /the key "b" is there twice/);
    check('{"a": NaN}', /InvalidSymbol at line 1, column 7$/);
    check('{"a": 1e999}', /a number is too large at line 1, column 7$/);
    check('{"a": 1', /CloseBraceExpected/);
    check('{"a": 1} {}', /EndOfFileExpected/);
    check("// nothing\n", /./);
    check("\ufeff{}", /byte order mark/);
    check(Uint8Array.of(0x22, 0xff, 0x22), /not UTF-8: byte 0xff at offset 1, in line 1/);
    check(Buffer.from('{"a": 1}', "utf16le"), /UTF-16/);
    check(Buffer.from('\ufeff{"a": 1}', "utf16le"), /UTF-16/);
    check("[".repeat(100_000), /nests deeper than 200 at line 1, column 201$/);
    check("{'a': 1}", /./);
  });

  test("1.0 is 1, and the order of fields does not count; texts are exact", () => {
    const check = (one: string, other: string, isSame: boolean) => {
      const [left, right] = [one, other].map((text) => canonicalText(valueOf(parse(text).root)));
      assert.equal(left === right, isSame);
    };
    check("[1.0, 1e2, -0]", "[1, 100, 0]", true);
    check('{"a":1,"b":[]}', '{"b":[],"a":1}', true);
    check("[1,2]", "[2,1]", false);
    check('"é"', '"e\u0301"', false);
    check('"\\u00e9"', '"é"', true);
    check("null", '"null"', false);
    check("{}", "[]", false);
  });
});

suite("json-field: examples", () => {
  const check = (input: Omit<JsonFieldInput, "path">, before: string, after: string) => {
    assert.equal(edit(before, specOf(input)), after);
  };

  test("a new field goes to the end of its object, in the manner of the file", () => {
    check({ field: "b", value: 2 }, '{"a":1}', '{"a":1,"b":2}');
    check({ field: "b", value: [1, { c: 2 }] }, '{ "a": 1 }', '{ "a": 1, "b": [1, {"c": 2}] }');
    check({ field: "b", value: 2 }, '{\n    "a": 1\n}\n', '{\n    "a": 1,\n    "b": 2\n}\n');
    check({ field: "b", value: 2 }, '{\r\n\t"a": 1\r\n}', '{\r\n\t"a": 1,\r\n\t"b": 2\r\n}');
    check({ field: "b", value: 2 }, '{\n  "a": 1,\n}', '{\n  "a": 1,\n  "b": 2,\n}');
    check(
      { field: "a.b.c", value: 1 },
      "{}\n",
      '{\n  "a": {\n    "b": {\n      "c": 1\n    }\n  }\n}\n',
    );
    check({ field: ["a.b"], value: 1 }, '{"x":0}', '{"x":0,"a.b":1}');
    check({ field: "a", value: 1 }, "", '{\n  "a": 1\n}\n');
  });

  test("a comment stays with the field it is about", () => {
    const port = '{\n  "port": 80 // the default\n  // more to come\n}';
    const added = '{\n  "port": 80, // the default\n  "tls": true\n  // more to come\n}';
    check({ field: "tls", value: true }, port, added);
    check(
      { field: "port", state: "absent" },
      added,
      '{\n  // the default\n  "tls": true\n  // more to come\n}',
    );
    check({ field: "tls", state: "absent" }, added, port);
    const both = '{\n  "a": 1,\n  "b": 2 // about b\n}';
    check({ field: "b", state: "absent" }, both, '{\n  "a": 1\n  // about b\n}');
    check({ field: "a", value: 1 }, "{ // why\n}", '{ // why\n  "a": 1\n}');
  });

  test("a value is replaced where it stands", () => {
    check(
      { field: "a", value: "new" },
      '{ "a" : /* was */ "old" , "b":2}',
      '{ "a" : /* was */ "new" , "b":2}',
    );
    check(
      { field: "a", value: [1, 2] },
      '{\n  "a": [1],\n  "b": 0\n}',
      '{\n  "a": [1,2],\n  "b": 0\n}',
    );
    check({ field: "a", value: [1] }, '{\n  "a": 0\n}', '{\n  "a": [\n    1\n  ]\n}');
    check({ field: "list.1.x", value: 9 }, '{"list":[0,{"x":1}]}', '{"list":[0,{"x":9}]}');
  });

  test("a field is removed with its comma and its line", () => {
    check({ field: "a", state: "absent" }, '{\n  "a": 1,\n  "b": 2\n}', '{\n  "b": 2\n}');
    check({ field: "b", state: "absent" }, '{\n  "a": 1,\n  "b": 2\n}', '{\n  "a": 1\n}');
    check({ field: "b", state: "absent" }, '{"a":1, "b":2, "c":3}', '{"a":1, "c":3}');
    check({ field: "b", state: "absent" }, '{"a":1, "b":2}', '{"a":1}');
    check({ field: "a.b", state: "absent" }, '{"a":{"b":1}}', '{"a":{}}');
    check({ field: "a.b", state: "absent" }, '{"a":"text"}', '{"a":"text"}');
  });

  test("a value without such a field is not replaced, and no list grows or shrinks", () => {
    const blocked = (input: Omit<JsonFieldInput, "path">, before: string, found: RegExp) => {
      const state = fieldState(parse(before).root, specOf(input));
      assert.equal(state.type, "blocked");
      assert.match(state.type === "blocked" ? `${state.found}. ${state.remedy}` : "", found);
    };
    blocked({ field: "a.b", value: 1 }, '{"a":"text"}', /^a is a string\. Declare a itself/);
    blocked({ field: "a.b", value: 1 }, '{"a":null}', /^a is null\. /);
    blocked({ field: "a", value: 1 }, "5", /^the whole document is a number\. /);
    blocked({ field: "a.2", value: 1 }, '{"a":[0,1]}', /^a is a list of 2\. /);
    blocked({ field: "a.01", value: 1 }, '{"a":[0,1]}', /^a is a list of 2\. /);
    blocked({ field: "a.b", value: 1 }, '{"a":[0,1]}', /^a is a list of 2\. /);
    blocked({ field: "a.0", state: "absent" }, '{"a":[0,1]}', /^a is a list of 2\. /);
  });
});

/** What a function gives; `undefined` when it throws what bad JSON makes it throw. */
function attempt(run: () => string): string | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof Fault || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
