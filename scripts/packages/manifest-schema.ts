import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type JsonObject, manifestJsonSchema, policyJsonSchema } from "@holdfast/core";
import { createStandardCatalog } from "@holdfast/resources";

/** Writes the JSON Schemas of manifests and of policies, for editors: `manifest.schema.json`, `policy.schema.json`. */
export function writeManifestSchema(outdir: string): void {
  mkdirSync(outdir, { recursive: true });
  const write = (name: string, schema: JsonObject): void =>
    writeFileSync(join(outdir, name), `${JSON.stringify(schema, null, 2)}\n`);
  write("manifest.schema.json", manifestJsonSchema(createStandardCatalog()));
  write("policy.schema.json", policyJsonSchema());
}
