import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod/mini";
import { readManifest } from "../manifest/read-manifest.ts";
import { createCatalog } from "../resource/catalog.ts";
import { documentKind } from "./sample-kinds.ts";

/** The messages for `field: …` in the YAML of a kind whose field has this schema. */
function check(schema: z.core.$ZodType, written: string, expected: readonly string[]): void {
  const kind = { ...documentKind, kind: "thing", schema: z.strictObject({ field: schema }) };
  const text = `
apiVersion: holdfast/v1
kind: Manifest
metadata: { name: web }
resources:
  - kind: thing
    name: it
    spec: { ${written === "" ? "" : `field: ${written}`} }
`;
  const { value, diagnostics } = readManifest([{ file: "m.yaml", text, format: "yaml" }], {
    catalog: createCatalog([kind]),
    hash: { sha256: () => "" },
  });
  const found = diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);
  assert.deepEqual(found, expected);
  assert.equal(value === undefined, expected.length > 0);
}

test("bounds say on which side a value is, in the words of its type", () => {
  const text = z.string().check(z.minLength(2), z.maxLength(4));
  check(text, "abc", []);
  check(text, "a", [
    'Wrong value: spec.field must have at least 2 characters, but is the text "a".',
  ]);
  check(text, "abcde", [
    'Wrong value: spec.field must have at most 4 characters, but is the text "abcde".',
  ]);
  const list = z.array(z.string()).check(z.minLength(2), z.maxLength(3));
  check(list, "[a, b]", []);
  check(list, "[a]", ["Wrong value: spec.field must have at least 2 entries, but is a list."]);
  check(list, "[a, b, c, d]", [
    "Wrong value: spec.field must have at most 3 entries, but is a list.",
  ]);
  const number = z.number().check(z.minimum(1), z.maximum(65_535));
  check(number, "80", []);
  check(number, "0", ["Wrong value: spec.field must be at least 1, but is the number 0."]);
  check(number, "70000", [
    "Wrong value: spec.field must be at most 65535, but is the number 70000.",
  ]);
  check(z.number().check(z.multipleOf(5)), "7", [
    "Wrong value: spec.field must be a multiple of 5, but is the number 7.",
  ]);
});

test("forms are shown as the pattern, by their name, or in the schema's own words", () => {
  check(z.string().check(z.regex(/^[a-z]+$/)), "A1", [
    'Wrong value: spec.field must match /^[a-z]+$/, but is the text "A1".',
  ]);
  check(z.url(), "nowhere", [
    'Wrong value: spec.field must have the form url, but is the text "nowhere".',
  ]);
  check(z.string().check(z.regex(/^[a-z]+$/, "write small letters")), "A1", [
    "Wrong value: spec.field: write small letters.",
  ]);
  check(z.string().check(z.regex(/^[a-z]+$/, "Is it that hard?")), "A1", [
    "Wrong value: spec.field: Is it that hard?",
  ]);
  check(z.string().check(z.refine((text) => text !== "no")), "'no'", [
    'Wrong value: spec.field is not valid, but is the text "no".',
  ]);
});

test("types are called what people call them, and so is what was found", () => {
  check(z.string(), "{ a: 1 }", ["Wrong type: spec.field must be a text, but is a mapping."]);
  check(z.int(), "1.5", ["Wrong type: spec.field must be a whole number, but is the number 1.5."]);
  check(z.tuple([z.string()]), "x", [
    'Wrong type: spec.field must be a list, but is the text "x".',
  ]);
  check(z.record(z.string(), z.string()), "[x]", [
    "Wrong type: spec.field must be a mapping, but is a list.",
  ]);
  check(z.null(), "5", ["Wrong type: spec.field must be empty, but is the number 5."]);
  check(z.optional(z.never()), "5", [
    "Wrong type: spec.field must be left out, but is the number 5.",
  ]);
  check(z.bigint(), "5", ["Wrong type: spec.field must be a bigint, but is the number 5."]);
  const long = "x".repeat(100);
  check(z.number(), long, [
    `Wrong type: spec.field must be a number, but is the text "${"x".repeat(59)}…".`,
  ]);
});

test("what YAML makes of an unquoted word is put right where it can be", () => {
  const boolean = (written: string, remedy: string) =>
    check(z.boolean(), written, [
      `Wrong type: spec.field must be true or false, but is the text "${written}".${remedy}`,
    ]);
  for (const yes of ["yes", "Yes", "y", "on"]) boolean(yes, " Write true.");
  for (const no of ["no", "NO", "n", "off"]) boolean(no, " Write false.");
  boolean("maybe", "");
  boolean("only", "");
  check(z.string(), "5", [
    'Wrong type: spec.field must be a text, but is the number 5. Put it in quotes: "5".',
  ]);
  check(z.string(), "false", [
    'Wrong type: spec.field must be a text, but is the truth value false. Put it in quotes: "false".',
  ]);
  check(z.string(), "~", [
    "Wrong type: spec.field must be a text, but is empty (null). Give it a value, or leave the field out.",
  ]);
  check(z.number(), "0755", [
    'Wrong type: spec.field must be a number, but is the text "0755". An unquoted number that begins with 0 is kept as text; write it without the 0.',
  ]);
  check(z.number(), "'0'", ['Wrong type: spec.field must be a number, but is the text "0".']);
});

test("of a few allowed values all are named, and the nearest where one is near", () => {
  const state = z.enum(["running", "stopped"]);
  const must = 'Wrong value: spec.field must be "running" or "stopped"';
  check(state, "runing", [`${must}, but is the text "runing". Did you mean "running"?`]);
  check(state, "up", [`${must}, but is the text "up".`]);
  check(state, "1", [`${must}, but is the number 1.`]);
  check(state, "", [`${must}, but is missing.`]);
});

test("of the forms a value may have, the one that it resembles explains it", () => {
  const from = z.union([
    z.strictObject({ path: z.string() }),
    z.strictObject({ url: z.string(), sha256: z.string(), user: z.string() }),
    z.string(),
  ]);
  check(from, "{ path: 5 }", [
    'Wrong type: spec.field.path must be a text, but is the number 5. Put it in quotes: "5".',
  ]);
  check(from, "{ url: a, sha256: b }", ["Missing field: spec.field.user is required: a text."]);
  check(from, "[x]", ["Wrong type: spec.field must be a mapping or a text, but is a list."]);
  check(from, "", ["Missing field: spec.field is required: a mapping or a text."]);
  check(z.union([z.array(z.string()), z.array(z.number())]), "[1, a]", [
    'Wrong type: spec.field[0] must be a text, but is the number 1. Put it in quotes: "1".',
  ]);
});

test("of a type or a word, both are named", () => {
  const mounted = z.union([z.boolean(), z.literal("unmanaged")]);
  const must = 'Wrong value: spec.field must be true or false or "unmanaged"';
  check(mounted, "maybe", [`${must}, but is the text "maybe".`]);
  check(mounted, "5", [`${must}, but is the number 5.`]);
  const limit = z.union([z.int(), z.literal("unlimited")]);
  check(limit, "unlimitd", [
    'Wrong value: spec.field must be a number or "unlimited", but is the text "unlimitd". Did you mean "unlimited"?',
  ]);
});

test("what takes no fields says so, and what two sides of a schema have against a value is said once", () => {
  check(z.strictObject({}), "{ a: 1 }", [
    'Unknown field: spec.field has no field "a". It takes no fields.',
  ]);
  const both = z.intersection(z.object({ a: z.string() }), z.object({ a: z.string() }));
  check(both, "{ a: 5 }", [
    'Wrong type: spec.field.a must be a text, but is the number 5. Put it in quotes: "5".',
  ]);
});

test("a name that a mapping does not take is located at the field that bears it", () => {
  const variables = z.record(z.string().check(z.regex(/^[A-Z]+$/, "write capitals")), z.string());
  check(variables, "{ A: x, b: y }", ["Wrong value: spec.field.b: write capitals."]);
});
