import * as z from "zod/mini";
import { metaSchema } from "../check/check-meta.ts";
import { PLAIN_NAME } from "../check/name.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { AnyKind } from "../resource/kind.ts";
import { SECRET_PATH } from "../secret/secret-path.ts";
import { VAR_NAME } from "../template/check-vars.ts";
import { documentSchema } from "./header.ts";

/** The schema's name, and where it is found once the command is published. */
export const MANIFEST_SCHEMA_ID = "https://unpkg.com/holdfast/dist/manifest.schema.json";

/**
 * The JSON Schema (draft 2020-12) of a document of a manifest with the kinds of a catalog, for editors and other tools. It
 * says of every kind where it exists, where it is built and where it was verified, in words and as `x-support`.
 *
 * It takes whatever the reader takes, once YAML is data. The reader refuses more, which no JSON Schema can say: text that
 * is no Unicode or is cipher text; a manifest that no document names; a resource that is declared twice; a check whose
 * timeout is longer than its period, or whose URL is none; a template with a mistake, and what is wrong once its names are
 * filled in; and what a kind has against values that fit each for itself.
 */
export function manifestJsonSchema(catalog: Catalog): JsonObject {
  const kinds = [...catalog.values()].toSorted((left, right) => (left.kind < right.kind ? -1 : 1));
  const document = jsonSchemaOf(documentSchema);
  const properties = isJsonObject(document.properties) ? document.properties : {};
  const { $defs: named, ...meta } = jsonSchemaOf(metaSchema);
  const resource = { oneOf: kinds.map(({ kind }) => ({ $ref: `#/$defs/${kind}` })) };
  const definitions = kinds.map((kind): [string, JsonObject] => [kind.kind, resourceSchema(kind)]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: MANIFEST_SCHEMA_ID,
    title: "Holdfast manifest",
    description: "The complete desired state of one agent.",
    ...document,
    properties: {
      ...properties,
      vars: varsSchema(properties.vars),
      // With vars a name may stand for any value, whatever its type.
      resources: {
        type: "array",
        items: { anyOf: [resource, { $ref: "#/$defs/resourceWithNames" }] },
      },
    },
    if: { required: ["vars"] },
    else: { properties: { resources: { items: resource } } },
    // What meta names is defined beside it: a reference begins at the root.
    $defs: {
      ...(isJsonObject(named) ? named : {}),
      meta,
      secretText: SECRET_SCHEMA,
      dataWithSecrets: DATA_WITH_SECRETS,
      varValue: VAR_VALUE,
      resourceWithNames: resourceWithNames(kinds),
      ...Object.fromEntries(definitions),
    },
  };
}

const REFERENCE_SCHEMA = {
  type: "object",
  properties: { $secret: { type: "string", pattern: SECRET_PATH.source } },
  required: ["$secret"],
  additionalProperties: false,
};

/** What may stand for a text in a field that can hold secrets. */
const SECRET_SCHEMA: JsonObject = {
  description: "A secret by its path, or a text put together of parts.",
  oneOf: [
    REFERENCE_SCHEMA,
    {
      type: "object",
      properties: {
        $concat: {
          type: "array",
          minItems: 1,
          items: { anyOf: [{ type: "string" }, REFERENCE_SCHEMA] },
        },
      },
      required: ["$concat"],
      additionalProperties: false,
    },
  ],
};

/** No data has a field of these names. */
const NO_SECRET: JsonObject = { not: { enum: ["$secret", "$concat"] } };

/** Any data, in which a mapping with a field of a secret's name is a secret. */
const DATA_WITH_SECRETS: JsonObject = {
  anyOf: [
    { type: ["string", "number", "boolean", "null"] },
    { type: "array", items: { $ref: "#/$defs/dataWithSecrets" } },
    {
      type: "object",
      propertyNames: NO_SECRET,
      additionalProperties: { $ref: "#/$defs/dataWithSecrets" },
    },
    { $ref: "#/$defs/secretText" },
  ],
};

/** What a var may stand for: all data but null. */
const VAR_VALUE: JsonObject = {
  anyOf: [
    { type: ["string", "number", "boolean"] },
    { type: "array", items: { $ref: "#/$defs/varValue" } },
    {
      type: "object",
      propertyNames: NO_SECRET,
      additionalProperties: { $ref: "#/$defs/varValue" },
    },
    { $ref: "#/$defs/secretText" },
  ],
};

function varsSchema(written: Json | undefined): JsonObject {
  return {
    ...(isJsonObject(written) ? written : {}),
    propertyNames: { pattern: VAR_NAME.source },
    additionalProperties: { $ref: "#/$defs/varValue" },
  };
}

/** What can be said of a resource before names are filled in. */
function resourceWithNames(kinds: readonly AnyKind[]): JsonObject {
  const filled: JsonObject = {
    anyOf: [{ type: "object" }, { type: "string", pattern: "^\\{\\{" }],
  };
  return {
    type: "object",
    properties: {
      kind: { enum: kinds.map(({ kind }) => kind) },
      name: { type: "string", pattern: PLAIN_NAME.source },
      spec: filled,
      meta: filled,
    },
    required: ["kind", "name"],
    additionalProperties: false,
  };
}

/** Wherever an author chooses the names of fields, none is that of a secret: such a mapping would be one. */
function withoutSecretNames(schema: JsonObject): JsonObject {
  const { properties, items, anyOf, additionalProperties } = schema;
  const each = (inner: Json | undefined): Json =>
    isJsonObject(inner) ? withoutSecretNames(inner) : (inner ?? null);
  return {
    ...schema,
    ...(isJsonObject(properties) ? { properties: mapValues(properties, each) } : {}),
    ...(isJsonObject(items) ? { items: each(items) } : {}),
    ...(Array.isArray(anyOf) ? { anyOf: anyOf.map(each) } : {}),
    ...(isJsonObject(additionalProperties)
      ? { propertyNames: namesOf(schema), additionalProperties: each(additionalProperties) }
      : {}),
  };
}

function namesOf({ propertyNames }: JsonObject): JsonObject {
  const isChosen = isJsonObject(propertyNames) && "enum" in propertyNames;
  return isChosen ? propertyNames : NO_SECRET;
}

function mapValues(fields: JsonObject, map: (inner: Json | undefined) => Json): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, inner]) => [name, map(inner)]));
}

/** The schema of a spec, with secrets wherever a field that can hold them, or what is below it, is a text. */
function withSecrets(schema: JsonObject, path: readonly string[]): JsonObject {
  const [name, ...rest] = path;
  const { properties } = schema;
  if (name !== undefined && isJsonObject(properties) && isJsonObject(properties[name])) {
    return {
      ...schema,
      properties: { ...properties, [name]: withSecrets(properties[name], rest) },
    };
  }
  const { description, additionalProperties, ...text } = schema;
  if (isJsonObject(additionalProperties)) {
    return { ...schema, additionalProperties: withSecrets(additionalProperties, []) };
  }
  const described = description === undefined ? {} : { description };
  if (Object.keys(text).length === 0) return { ...described, $ref: "#/$defs/dataWithSecrets" };
  if (schema.type !== "string") return schema;
  return { ...described, anyOf: [text, { $ref: "#/$defs/secretText" }] };
}

function resourceSchema(kind: AnyKind): JsonObject {
  const spec = (kind.secretFields ?? []).reduce(
    (schema, field) => withSecrets(schema, field.split(".")),
    withoutSecretNames(specJsonSchema(kind)),
  );
  const mustHaveSpec = demandsFields(spec) || demandsOneOf(spec);
  return {
    title: kind.kind,
    description: `${kind.summary} ${supportInWords(kind)}`,
    "x-support": {
      platforms: kind.support.platforms,
      built: kind.support.built,
      verified: kind.support.verified,
    },
    type: "object",
    properties: {
      kind: { const: kind.kind },
      name: { type: "string", pattern: PLAIN_NAME.source },
      spec,
      meta: { $ref: "#/$defs/meta" },
    },
    required: mustHaveSpec ? ["kind", "name", "spec"] : ["kind", "name"],
    additionalProperties: false,
  };
}

/** The JSON Schema of what authors write under `spec` of a kind, but for secrets. */
export function specJsonSchema(kind: AnyKind): JsonObject {
  return jsonSchemaOf(kind.schema);
}

function supportInWords({ support }: AnyKind): string {
  const platforms = support.platforms.map((platform) =>
    support.built.includes(platform) ? platform : `${platform} (not built yet)`,
  );
  const verified = support.verified.length === 0 ? "nowhere yet" : support.verified.join(", ");
  return `Platforms: ${platforms.join(", ")}. Verified on: ${verified}.`;
}

/** What JSON Schema cannot say is left open; it is checked when the manifest is read. */
function jsonSchemaOf(schema: z.core.$ZodType): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return JSON.parse(JSON.stringify(rest)) as JsonObject;
}

function demandsFields({ required }: JsonObject): boolean {
  return Array.isArray(required) && required.length > 0;
}

/** Whatever way is chosen, it has fields. */
function demandsOneOf({ oneOf, anyOf }: JsonObject): boolean {
  return [oneOf, anyOf].some(
    (ways) => Array.isArray(ways) && ways.every((way) => isJsonObject(way) && demandsFields(way)),
  );
}
