import assert from "node:assert/strict";
import {
  type AnyKind,
  isJsonObject,
  type Json,
  type JsonObject,
  specJsonSchema,
} from "@holdfast/core";

const HEAD = `import type { Json } from "./core/json.js";
import type { Platform } from "./core/platform.js";

/** A kind, as far as blueprints are typed by it. */
interface Kind<Input> {
  readonly support: { readonly platforms: readonly Platform[] };
  bind(name: string, input: Input, report: never): unknown;
}
`;

/**
 * Declares `standardKinds`, as `@holdfast/resources` exports it, by what authors write under the `spec` of each kind, with
 * the descriptions of the schema as comments.
 */
export function kindsDeclaration(kinds: readonly AnyKind[]): string {
  const names = kinds.map(
    ({ kind }) => `  readonly ${JSON.stringify(kind)}: Kind<${inputOf(kind)}>;`,
  );
  const all = `/** Every kind, by its name. */
export declare const standardKinds: {
${names.join("\n")}
};
`;
  return [HEAD, ...kinds.map(declareInput), all].join("\n");
}

function declareInput(kind: AnyKind): string {
  const above = comment(kind.summary, "");
  return `${above}export type ${inputOf(kind.kind)} = ${typeOf(specJsonSchema(kind), "")};\n`;
}

/** `JsonFieldInput` of `json-field`. */
function inputOf(kind: string): string {
  const words = kind.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join("")}Input`;
}

/**
 * The TypeScript type of what a JSON Schema takes, as far as schemas of kinds go.
 * @throws {Error} when it is of a form that is not known here.
 */
function typeOf(schema: unknown, indent: string): string {
  assert.ok(isJsonObject(schema));
  if (isJsonObject(schema.properties)) return objectType(schema, schema.properties, indent);
  const alternatives = alternativesIn(schema);
  if (alternatives !== undefined) {
    return alternatives.map((one) => typeOf(one, indent)).join(" | ");
  }
  if ("const" in schema) return JSON.stringify(schema.const);
  const type = typeof schema.type === "string" ? schema.type : "any";
  const plain = PLAIN_TYPES[type];
  if (plain !== undefined) return plain;
  if (type === "array") return `readonly (${typeOf(schema.items, indent)})[]`;
  if (type === "object") {
    return `{ readonly [name: string]: ${typeOf(schema.additionalProperties, indent)} }`;
  }
  assert.ok(type === "any" && !("$ref" in schema), `no type for ${JSON.stringify(schema)}`);
  return "Json";
}

const PLAIN_TYPES: Readonly<Record<string, string>> = {
  string: "string",
  boolean: "boolean",
  null: "null",
  integer: "number",
  number: "number",
};

/** The schemas of which a value fits one; `undefined` when there is only this one. */
function alternativesIn(schema: JsonObject): readonly unknown[] | undefined {
  const { anyOf, oneOf, enum: values, type } = schema;
  if (isList(anyOf)) return anyOf;
  if (isList(oneOf)) return oneOf;
  if (isList(values)) return values.map((value) => ({ const: value }));
  return isList(type) ? type.map((one) => ({ ...schema, type: one })) : undefined;
}

function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

function objectType({ required }: JsonObject, properties: JsonObject, indent: string): string {
  const deeper = `${indent}  `;
  const fields = Object.entries(properties).map(([name, field]) => {
    const type = typeOf(field, deeper);
    const isRequired = isList(required) && required.includes(name);
    const typed = isRequired ? `${name}: ${type}` : `${name}?: ${type} | undefined`;
    const description = isJsonObject(field) ? field.description : undefined;
    const above = typeof description === "string" ? comment(description, deeper) : "";
    return `${above}${deeper}readonly ${typed};\n`;
  });
  return `{\n${fields.join("")}${indent}}`;
}

function comment(text: string, indent: string): string {
  return `${indent}/** ${text.replaceAll("*/", "*\\/")} */\n`;
}
