import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleCatalog, taskKind } from "../check/sample-kinds.ts";
import { createCatalog } from "../resource/catalog.ts";
import type { AnyKind } from "../resource/kind.ts";
import { MANIFEST_SCHEMA_ID, manifestJsonSchema } from "./manifest-json-schema.ts";

const schema = manifestJsonSchema(sampleCatalog);

test("one branch for each kind, labelled with where it exists, is built and was verified", () => {
  const { else: withoutVars, $defs } = schema;
  assert.ok(typeof $defs === "object");
  const items = { oneOf: [{ $ref: "#/$defs/document" }, { $ref: "#/$defs/task" }] };
  assert.deepEqual(withoutVars, { properties: { resources: { items } } });
  const { task, document } = $defs as Record<string, Record<string, unknown>>;
  assert.equal(
    task?.description,
    "A task. Platforms: linux, darwin (not built yet). Verified on: Debian 12.",
  );
  assert.deepEqual(task?.["x-support"], {
    platforms: ["linux", "darwin"],
    built: ["linux"],
    verified: ["Debian 12"],
  });
  assert.deepEqual(task?.required, ["kind", "name", "spec"]);
  assert.deepEqual(document?.required, ["kind", "name"]);
});

test("the schema is strict, of draft 2020-12, plain data, and refers only to what it defines", () => {
  const text = JSON.stringify(schema);
  assert.equal(schema.$schema, "https://json-schema.org/draft/2020-12/schema");
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(schema.required, ["apiVersion", "kind"]);
  assert.deepEqual(JSON.parse(text), schema);
  const defined = Object.keys(schema.$defs ?? {});
  for (const [, name] of text.matchAll(/"#\/\$defs\/([^"]+)"/g)) {
    assert.ok(defined.includes(name ?? ""), name);
  }
  assert.equal(schema.$id, MANIFEST_SCHEMA_ID);
});

test("kinds are in the order of their names, and one that was verified nowhere says so", () => {
  const kinds = ["task", "archive", "mount"].map((kind) => ({
    ...taskKind,
    kind,
    support: { platforms: ["linux"], built: ["linux"], verified: [] },
  }));
  const { $defs = {} } = manifestJsonSchema(createCatalog(kinds as readonly AnyKind[]));
  const definitions = $defs as Record<string, { readonly description?: string }>;
  assert.deepEqual(Object.keys(definitions), [
    "conditions",
    "condition",
    "healthChecks",
    "healthCheck",
    "meta",
    "secretText",
    "dataWithSecrets",
    "varValue",
    "resourceWithNames",
    "archive",
    "mount",
    "task",
  ]);
  assert.equal(
    definitions["mount"]?.description,
    "A task. Platforms: linux. Verified on: nowhere yet.",
  );
});

test("B4: where a kind takes secrets, the schema takes a reference beside a text, also below", () => {
  const { document } = schema.$defs as Record<string, { properties: { spec: object } }>;
  assert.ok(document !== undefined);
  const { properties } = document.properties.spec as { properties: Record<string, unknown> };
  const reference = { $ref: "#/$defs/secretText" };
  assert.deepEqual(properties["content"], { anyOf: [{ type: "string" }, reference] });
  const { additionalProperties } = properties["labels"] as Record<string, unknown>;
  assert.deepEqual(additionalProperties, { anyOf: [{ type: "string" }, reference] });
  assert.ok(!JSON.stringify(properties["mode"]).includes("secretText"));
});
