import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import {
  type AnyKind,
  type Catalog,
  createCatalog,
  type Diagnostic,
  isJsonObject,
  type Json,
  type JsonObject,
  manifestJsonSchema,
  parseFile,
  readManifest,
} from "@holdfast/core";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { createStandardCatalog } from "./standard-kinds.ts";
import { arbitraryOfSchema } from "./testing/arbitrary-of-schema.ts";

const RUNS = process.env["HOLDFAST_TEST_SEEDS"] === "all" ? 20_000 : 1_000;

const catalog = createStandardCatalog();
const schema = manifestJsonSchema(catalog);
const isValid = new Ajv2020({ strict: false }).compile(schema);
const hash = { sha256: (text: string) => createHash("sha256").update(text).digest("hex") };

/** The same kinds, without what they have against values that fit each for itself, and nothing that reads what `bind` makes. */
const withoutMeaning: Catalog = createCatalog([...catalog.values()].map(formOf));

function formOf({ secretFields, templateFields, ...whole }: AnyKind): AnyKind {
  const { kind, summary, support, schema, ports, resyncMs } = whole;
  const { observe, diff, apply, fingerprint } = whole;
  return {
    kind,
    summary,
    support,
    schema,
    ports,
    resyncMs,
    observe,
    diff,
    apply,
    fingerprint,
    ...(secretFields && { secretFields }),
    ...(templateFields && { templateFields }),
    bind: () => ({}),
  };
}

/** What the reader has against a document that no schema can say. */
function isForSchemas(mistake: string): boolean {
  return ![
    /^Duplicate resource/,
    /^Number too large/,
    /^(?:unknown resource in|a resource depends on itself|resources depend on each other|the target cannot be refreshed)/,
    /is not a URL of http or https/,
    /timeoutMs is longer than periodMs/,
    /is a whole number beyond 2\^53/,
  ].some((one) => one.test(mistake));
}

/** What kinds have against values that fit each for itself, and the schema says all the same. */
function isSaidOfSeveral(mistake: string): boolean {
  return [
    /^two sources of content/i,
    /^an exec needs a guard/i,
    /^nothing to (?:look for|write)/i,
    /^two (?:places|things to look for)/i,
    /^a value for what should be absent/i,
  ].some((one) => one.test(mistake));
}

function tell({ summary, detail }: Diagnostic): string {
  return `${summary}: ${detail}`;
}

/** One document, with another that names the manifest where it does not. */
function mistakesIn(document: Json, kinds: Catalog): readonly Diagnostic[] {
  const isNamed =
    isJsonObject(document) && isJsonObject(document.metadata) && "name" in document.metadata;
  const name = { apiVersion: "holdfast/v1", kind: "Manifest", metadata: { name: "named" } };
  const files = [document, ...(isNamed ? [] : [name])].map((value, at) => ({
    file: `${at}.json`,
    text: JSON.stringify(value),
    format: "json" as const,
  }));
  return readManifest(files, { catalog: kinds, hash }).diagnostics;
}

const taken = arbitraryOfSchema(schema);

/** A document in which one thing is left out, added or replaced. */
const spoilt = fc
  .tuple(
    taken,
    fc.nat(),
    fc.constantFrom("leave out", "add", "replace"),
    fc.jsonValue({ maxDepth: 1 }),
  )
  .map(([document, at, how, value]): Json => {
    const places = placesIn(document, []);
    const place = places[at % places.length] ?? [];
    return changed(document, place, how, JSON.parse(JSON.stringify(value)) as Json);
  });

function placesIn(value: Json, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([name, inner]) => placesIn(inner ?? null, [...path, name])),
  ];
}

function changed(value: Json, [name, ...rest]: readonly string[], how: string, other: Json): Json {
  if (name === undefined) {
    return how === "add" && isJsonObject(value) ? { ...value, added: other } : other;
  }
  const entries = Object.entries(value as JsonObject).flatMap(
    ([field, inner = null]): [string, Json][] => {
      if (field !== name) return [[field, inner]];
      if (rest.length === 0 && how === "leave out") return [];
      return [[field, changed(inner, rest, how, other)]];
    },
  );
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

suite("the JSON Schema of manifests", () => {
  test("it takes what the reader takes, and refuses what the reader refuses by its form", () => {
    const counts = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof(taken, spoilt), (document) => {
        const isTaken = isValid(document);
        counts[isTaken ? "taken" : "refused"] += 1;
        const mistakes = mistakesIn(document, catalog);
        if (!isTaken) {
          assert.notEqual(
            mistakes.length,
            0,
            `only the schema says: ${JSON.stringify(isValid.errors)}`,
          );
          return;
        }
        // A name may stand for anything there, so the schema says little.
        if (isJsonObject(document) && "vars" in document) return;
        const ofForm = mistakesIn(document, withoutMeaning).map(tell).filter(isForSchemas);
        assert.deepEqual(ofForm, [], "the schema takes it, and the reader does not");
        const ofSeveral = mistakes.map(tell).filter(isSaidOfSeveral);
        assert.deepEqual(ofSeveral, [], "the schema takes it, and the kind does not");
      }),
      { numRuns: RUNS },
    );
    assert.ok(Math.min(counts.taken, counts.refused) > RUNS / 5, JSON.stringify(counts));
  });

  test("it takes a document in which names stand for values of any type, and only one with vars", () => {
    const url = new URL("../../../examples/website.yaml", import.meta.url);
    const file = { file: "website.yaml", text: readFileSync(url, "utf8"), format: "yaml" } as const;
    const [document] = parseFile(file, []);
    assert.ok(isJsonObject(document?.value));
    assert.ok(isValid(document.value), JSON.stringify(isValid.errors));
    const { vars: _, ...withoutVars } = document.value;
    assert.ok(!isValid(withoutVars), "template.vars is no text");
  });

  test("$schema is accepted in JSON and YAML, must be a text, and changes nothing", () => {
    const read = (text: string, format: "json" | "yaml") =>
      readManifest([{ file: "m", text, format }], { catalog, hash });
    const head = { apiVersion: "holdfast/v1", kind: "Manifest", metadata: { name: "m" } };
    const plain = read(JSON.stringify(head), "json");
    const named = read(JSON.stringify({ $schema: "./manifest.schema.json", ...head }), "json");
    const yaml = read(
      "$schema: ./manifest.schema.json\napiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: m }\n",
      "yaml",
    );
    for (const { value, diagnostics } of [named, yaml]) {
      assert.deepEqual(diagnostics, []);
      assert.equal(value?.digest, plain.value?.digest);
    }
    const wrong = read(JSON.stringify({ $schema: 1, ...head }), "json");
    assert.match(wrong.diagnostics[0]?.detail ?? "", /^\$schema must be a text/);
    assert.ok(!isValid({ $schema: 1, ...head }));
  });
});
