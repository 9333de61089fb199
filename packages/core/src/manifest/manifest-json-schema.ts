import * as z from "zod/mini";
import { metaSchema } from "../check/check-meta.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { AnyKind } from "../resource/kind.ts";
import { documentSchema } from "./header.ts";

/**
 * The JSON Schema (draft 2020-12) of a manifest with the kinds of a catalog, for editors and other tools. It says of
 * every kind where it exists, where it is built and where it was verified, in words and as `x-support`.
 */
export function manifestJsonSchema(catalog: Catalog): JsonObject {
  const kinds = [...catalog.values()].toSorted((left, right) => (left.kind < right.kind ? -1 : 1));
  const document = jsonSchemaOf(documentSchema);
  const properties = isJsonObject(document.properties) ? document.properties : {};
  const definitions = kinds.map((kind): [string, JsonObject] => [kind.kind, resourceSchema(kind)]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Holdfast manifest",
    description: "The complete desired state of one agent.",
    ...document,
    properties: {
      ...properties,
      prune: { const: false, description: "Removing what left the manifest is not built yet." },
      resources: {
        type: "array",
        items: { oneOf: kinds.map(({ kind }) => ({ $ref: `#/$defs/${kind}` })) },
      },
    },
    $defs: { meta: jsonSchemaOf(metaSchema), ...Object.fromEntries(definitions) },
  };
}

function resourceSchema(kind: AnyKind): JsonObject {
  const spec = jsonSchemaOf(kind.schema);
  const mustHaveSpec = Array.isArray(spec.required) && spec.required.length > 0;
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
      name: { type: "string", minLength: 1 },
      spec,
      meta: { $ref: "#/$defs/meta" },
    },
    required: mustHaveSpec ? ["kind", "name", "spec"] : ["kind", "name"],
    additionalProperties: false,
  };
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
