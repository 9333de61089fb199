import assert from "node:assert/strict";
import { isJsonObject, type Json, type JsonObject } from "@holdfast/core";
import fc from "fast-check";

/** Texts among which those are found that have the form which a pattern asks for. */
const TEXTS = [
  "512M",
  "web",
  "/srv/app",
  "/",
  "file:/srv/app",
  "0644",
  "eth0",
  "db.example:5432",
  "[::1]:80",
  "http://127.0.0.1/healthz",
  "nginx.service",
  "db.password",
  "2031-02-28",
  "f".repeat(64),
  "f".repeat(40),
  "ssh-ed25519 AAAAC3Nz",
  "né\u{1f600}",
];
/** Lists and mappings inside each other end here. */
const DEEPEST = 9;

/**
 * Draws what a JSON Schema takes, as far as the schema of manifests goes: rules about several fields at once (`not`,
 * `dependentRequired`, `propertyNames`) are left to chance.
 */
export function arbitraryOfSchema(root: JsonObject): fc.Arbitrary<Json> {
  return drawing(root, root, 0);
}

function drawing(schema: unknown, root: JsonObject, depth: number): fc.Arbitrary<Json> {
  assert.ok(isJsonObject(schema));
  const { $ref, anyOf, oneOf, type, enum: values, properties } = schema;
  const inner = (one: unknown) => drawing(one, root, depth + 1);
  if (typeof $ref === "string") return drawing(referred($ref, root), root, depth);
  if ("const" in schema) return fc.constant(schema.const ?? null);
  if (isList(values)) return fc.constantFrom(...values);
  if (isJsonObject(properties)) {
    return objectOf(schema, withOtherwise(schema, properties), inner, depth);
  }
  const alternatives = anyOf ?? oneOf ?? (isList(type) ? type.map((one) => ({ type: one })) : []);
  if (isList(alternatives) && alternatives.length > 0) {
    const few = depth > DEEPEST ? alternatives.slice(0, 1) : alternatives;
    return fc.oneof(...few.map((one) => drawing(one, root, depth + 1)));
  }
  return plain(schema, inner, depth);
}

function plain(
  schema: JsonObject,
  inner: (schema: unknown) => fc.Arbitrary<Json>,
  depth: number,
): fc.Arbitrary<Json> {
  const { type, minItems, items, additionalProperties, minimum, maximum } = schema;
  const most = depth > DEEPEST ? 1 : 3;
  switch (typeof type === "string" ? type : undefined) {
    case "string":
      return textOf(schema);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "number":
    case "integer":
      return fc.integer({
        min: Math.ceil(Number(minimum ?? 1)),
        max: Math.min(Number(maximum ?? 99), 1e6),
      });
    case "array":
      return fc.array(inner(items), {
        minLength: Number(minItems ?? (depth < 2 ? 1 : 0)),
        maxLength: most,
      });
    case "object":
      return fc.dictionary(fc.constantFrom("a", "B_2", "$secret"), inner(additionalProperties), {
        maxKeys: 2,
      });
    default:
      return fc.constantFrom<Json>(null, 1, "any", ["any"], { any: true });
  }
}

/** Required fields always, others each by chance, few deep down; of alternatives the fields that one of them requires. */
function objectOf(
  schema: JsonObject,
  properties: JsonObject,
  inner: (schema: unknown) => fc.Arbitrary<Json>,
  depth: number,
): fc.Arbitrary<Json> {
  const listed = [schema.oneOf, schema.anyOf].flatMap((list) => (isList(list) ? list : []));
  const isOne = schema.minProperties === 1 && schema.maxProperties === 1;
  const single = Object.keys(properties).map((name) => ({ required: [name] }));
  const forms = isOne ? single : listed;
  const form = fc.constantFrom(...(forms.length > 0 ? forms : [{}]));
  return form.chain((chosen) => {
    const required = new Set([...requiredBy(schema), ...requiredBy(chosen)]);
    const fields = Object.entries(properties)
      .filter(([name]) => required.has(name) || (depth <= DEEPEST && !isOne))
      .map(([name, field]) => {
        const value = inner(field);
        const tenths = Object.keys(properties).length > 6 || forms.length > 0 ? 2 : 7;
        return [name, required.has(name) ? value : sometimes(value, tenths)] as const;
      });
    return fc.record(Object.fromEntries(fields)).map(withoutUndefined);
  });
}

/** Of fields about which a condition decides, what holds where it does not. */
function withOtherwise({ else: otherwise }: JsonObject, properties: JsonObject): JsonObject {
  const more = isJsonObject(otherwise) ? otherwise.properties : undefined;
  if (!isJsonObject(more)) return properties;
  const joined = Object.entries(more).map(([name, field]): [string, JsonObject] => {
    const before = properties[name];
    return [
      name,
      { ...(isJsonObject(before) ? before : {}), ...(isJsonObject(field) ? field : {}) },
    ];
  });
  return { ...properties, ...Object.fromEntries(joined) };
}

function sometimes(value: fc.Arbitrary<Json>, tenths: number): fc.Arbitrary<Json | undefined> {
  return fc.oneof(
    { weight: tenths, arbitrary: value },
    { weight: 10 - tenths, arbitrary: fc.constant(undefined) },
  );
}

function withoutUndefined(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function textOf({ pattern, minLength }: JsonObject): fc.Arbitrary<Json> {
  if (typeof pattern !== "string") {
    return fc.oneof(fc.constantFrom(...TEXTS), fc.string({ minLength: Number(minLength ?? 0) }));
  }
  const form = new RegExp(pattern, "u");
  const fitting = TEXTS.filter((text) => form.test(text));
  assert.ok(fitting.length > 0, `no text here has the form ${pattern}`);
  return fc.constantFrom(...fitting);
}

function referred(reference: string, root: JsonObject): unknown {
  const definitions = root.$defs;
  const found = isJsonObject(definitions)
    ? definitions[reference.slice("#/$defs/".length)]
    : undefined;
  return found ?? assert.fail(`${reference} is not defined`);
}

function requiredBy(schema: unknown): readonly string[] {
  const required = isJsonObject(schema) ? schema.required : undefined;
  return isList(required) ? required.map(String) : [];
}

function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}
