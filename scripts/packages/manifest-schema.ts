import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifestJsonSchema } from "@holdfast/core";
import { createStandardCatalog } from "@holdfast/resources";

/** Writes the JSON Schema of manifests, for editors: `manifest.schema.json`. */
export function writeManifestSchema(outdir: string): void {
  mkdirSync(outdir, { recursive: true });
  const schema = manifestJsonSchema(createStandardCatalog());
  writeFileSync(join(outdir, "manifest.schema.json"), `${JSON.stringify(schema, null, 2)}\n`);
}
