import assert from "node:assert/strict";
import { test } from "node:test";
import { dump } from "js-yaml";
import fc from "fast-check";
import type { FieldPath } from "../check/field-path.ts";
import { positionsOf } from "./positions.ts";

const name = fc.stringMatching(/^[a-z]{1,6}$/);
const tree = fc.letrec<{ value: unknown; object: object; list: unknown[] }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, fc.integer(), fc.string(), tie("object"), tie("list")),
  object: fc.dictionary(name, tie("value"), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  list: fc.array(tie("value"), { minLength: 1, maxLength: 4 }),
})).object;

const asText = fc.constantFrom(
  (value: object) => JSON.stringify(value),
  (value: object) => JSON.stringify(value, undefined, 2),
  (value: object) => JSON.stringify(value, undefined, "\t").replaceAll("\n", "\r\n"),
  (value: object) => dump(value),
  (value: object) => dump(value, { flowLevel: 1 }),
  (value: object) =>
    dump(value, { quoteStyle: "double", forceQuotes: true }).replaceAll("\n", "\r\n"),
);

test("every field is found where it was written", () => {
  fc.assert(
    fc.property(tree, asText, fc.nat(), (value, write, seed) => {
      const marked = structuredClone(value);
      const path = plant(marked, seed);
      const text = write(marked);
      const offset = text.indexOf(MARK);
      const { line = 0, column = 0 } = positionsOf("f", text).locate(0, path);
      const found = text.split(/\r\n|\n/)[line - 1]?.slice(column - 1) ?? "";
      assert.ok(offset >= 0);
      assert.match(found, /^["']?planted/);
    }),
    { numRuns: 300 },
  );
});

test("a number is given back in the letters it was written in", () => {
  const number = fc.oneof(
    fc.stringMatching(/^0{0,3}[0-9]{1,20}(\.[0-9]{1,4}0{0,2})?$/),
    fc.constantFrom("0x1F", "1e3", "+7", ".5", "True"),
  );
  const around = fc.constantFrom(
    (text: string) => `a:\n  - ${text} # why\n`,
    (text: string) => `{a: [${text}, 2]}`,
    (text: string) => `a: &x [ !!str ${text} ]\n`,
  );
  fc.assert(
    fc.property(number, around, (written, write) => {
      assert.equal(positionsOf("f", write(written)).textAt(0, ["a", 0]), written);
    }),
  );
  const positions = positionsOf("f", 'a: "3.10"\nb: {c: 3.10}\n');
  assert.equal(positions.textAt(0, ["a"]), undefined, "quotes are no number");
  assert.equal(positions.textAt(0, ["b"]), undefined);
  assert.equal(positions.textAt(0, ["b", "x"]), undefined);
  assert.equal(positions.textAt(0, ["b", "c"]), "3.10");
});

test("a path that leads nowhere is located at what exists of it", () => {
  const positions = positionsOf("f", "a:\n  b: 1\n---\nc: 2\n");
  assert.deepEqual(positions.locate(0, ["a", "b", "x"]), { file: "f", line: 2, column: 3 });
  assert.deepEqual(positions.locate(0, ["a", "zzz"]), { file: "f", line: 1, column: 1 });
  assert.deepEqual(positions.locate(1, ["c"]), { file: "f", line: 4, column: 1 });
  assert.deepEqual(positions.locate(7, ["c"]), { file: "f" });
});

test("a key that is an alias does not shift what follows it", () => {
  const positions = positionsOf("f", "a: &k x\n*k : 1\nz: 2\n");
  assert.deepEqual(positions.locate(0, ["z"]), { file: "f", line: 3, column: 1 });
});

test("values of every style, and through an alias", () => {
  const text = [
    "- |",
    "  text",
    "- >-",
    "  folded",
    "- &a {x: [1, 'q']}",
    "- *a",
    "- !!str 5",
  ].join("\n");
  const positions = positionsOf("f", text);
  const check = (path: FieldPath, line: number, column: number) =>
    assert.deepEqual(positions.locate(0, path), { file: "f", line, column }, JSON.stringify(path));
  check([0], 1, 3);
  check([1], 3, 3);
  check([2], 5, 3);
  check([2, "x"], 5, 7);
  check([2, "x", 1], 5, 14);
  check([3], 6, 3);
  check([3, "x"], 5, 7);
  check([4], 7, 3);
});

const MARK = "planted";

/** Adds a field to one of the mappings and returns the way to it. */
function plant(root: object, seed: number): FieldPath {
  const places: { readonly path: FieldPath; readonly value: object }[] = [];
  const visit = (value: unknown, path: FieldPath): void => {
    if (typeof value !== "object" || value === null) return;
    if (!Array.isArray(value)) places.push({ path, value });
    for (const [field, inner] of Object.entries(value)) {
      visit(inner, [...path, Array.isArray(value) ? Number(field) : field]);
    }
  };
  visit(root, []);
  const place = places[seed % places.length];
  assert.ok(place);
  Object.assign(place.value, { [MARK]: 1 });
  return [...place.path, MARK];
}
