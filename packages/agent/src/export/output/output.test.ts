import assert from "node:assert/strict";
import { stripTypeScriptTypes } from "node:module";
import { test } from "node:test";
import { compileFunction } from "node:vm";
import {
  blueprintFor,
  isBlueprint,
  isJsonObject,
  type Json,
  type JsonObject,
  parseFile,
  recordBlueprint,
} from "@holdfast/core";
import { sha256 } from "@holdfast/host";
import fc from "fast-check";
import { type ExportEntry, inOrder } from "../entry.ts";
import { blueprintText } from "./blueprint-text.ts";
import { manifestText } from "./manifest-text.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }).filter((text) => text.isWellFormed()),
  fc.constantFrom(
    "yes",
    "null",
    "0644",
    "0o644",
    "1e3",
    "~",
    "- x",
    "a: b",
    "# x",
    "a #b",
    " x",
    "x ",
    "\t",
    "",
    "a\n",
    "\n",
    "\n\n",
    " a\nb\n",
    "a\n\n",
    "a\n b",
    "\ta\n",
    "a\n\n\nb",
    "# a\n# b\n",
    "a: |\n  b\n",
    "*/",
    "`${x}`",
    "\\n",
    "\u2028",
    "\u0085",
    "\ufeff",
    "{ a }",
    "[",
    "'",
    '"',
    "---\n",
    "...\n",
    "%x",
  ),
  fc
    .array(fc.constantFrom("", " ", "  a", "b", "\t", "#", ":"), { maxLength: 6 })
    .map((lines) => lines.join("\n")),
);
const anyScalar: fc.Arbitrary<Json> = fc.oneof(anyText, fc.boolean(), fc.integer());
const anyField = fc
  .oneof(fc.constantFrom("content", "a-b", "A B", "$x", "1"), anyText)
  .filter(
    (field) =>
      field !== "__proto__" && field !== "mode" && field !== "$secret" && field !== "$concat",
  );
const anySpec: fc.Arbitrary<JsonObject> = fc.dictionary(
  anyField,
  fc.oneof(
    anyScalar,
    fc.array(anyScalar, { maxLength: 3 }),
    fc.dictionary(anyField, fc.oneof(anyScalar, fc.array(anyScalar, { maxLength: 2 })), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
  { maxKeys: 4, noNullPrototype: true },
);
const anyEntry: fc.Arbitrary<ExportEntry> = fc.record({
  section: fc.constantFrom("Packages", "Files", "Services"),
  kind: fc.constantFrom("file", "json-field", "systemd-unit"),
  name: anyText.filter((name) => /^[^\p{Cc}\p{Cs}]+$/u.test(name)),
  spec: anySpec,
  dependsOn: fc.array(fc.constantFrom("package:nginx", "file:/a b"), { maxLength: 2 }),
  why: anyText,
  isHole: fc.boolean(),
});
const anyEntries = fc.uniqueArray(anyEntry, {
  maxLength: 5,
  selector: ({ kind, name }) => `${kind}:${name}`,
});

function resourcesOf(entries: readonly ExportEntry[]): readonly Json[] {
  return entries
    .filter(({ isHole }) => !isHole)
    .map(({ kind, name, spec, dependsOn }) => ({
      kind,
      name,
      ...(Object.keys(spec).length === 0 ? {} : { spec }),
      ...(dependsOn.length === 0 ? {} : { meta: { dependsOn } }),
    }));
}

test("export: a written manifest is read back as the same data, whatever is in it", () => {
  fc.assert(
    fc.property(anyEntries, anyText, (entries, name) => {
      const text = manifestText(name, entries);
      const diagnostics: never[] = [];
      const [document] = parseFile({ file: "x.yaml", text, format: "yaml" }, diagnostics);
      assert.deepEqual(diagnostics, [], text);
      const expected = {
        apiVersion: "holdfast/v1",
        kind: "Manifest",
        metadata: { name },
        resources: resourcesOf(entries),
      };
      assert.deepEqual(document?.value, expected, text);
    }),
    { numRuns: 500 },
  );
});

test("export: empty lines at the end of a file are its own, and none is added before the next part", () => {
  const common = { kind: "file", dependsOn: [], why: "x", isHole: false } as const;
  const entries: readonly ExportEntry[] = [
    { ...common, section: "Files", name: "/a", spec: { content: "a\n\n" } },
    { ...common, section: "Jobs", name: "/b", spec: { content: "\n b\n\n\n" } },
    { ...common, section: "Units", name: "/c", spec: { content: "c" } },
  ];
  const diagnostics: never[] = [];
  const text = manifestText("m", entries);
  const [document] = parseFile({ file: "x.yaml", text, format: "yaml" }, diagnostics);
  const { resources } = isJsonObject(document?.value) ? document.value : {};
  assert.deepEqual(resources, resourcesOf(entries), text);
});

test("export: a written blueprint declares the same when it runs", () => {
  fc.assert(
    fc.property(anyEntries, fc.string({ minLength: 1, maxLength: 5 }), (entries, name) => {
      const text = blueprintText(name, entries);
      const declared = recorded(text);
      const expected = entries
        .filter(({ isHole }) => !isHole)
        .map(({ kind, name: own, spec, dependsOn }) => {
          const meta = dependsOn.length === 0 ? {} : { dependsOn };
          return { kind, name: own, spec, meta };
        });
      assert.deepEqual(declared, expected, text);
    }),
    { numRuns: 300 },
  );
});

/** What a blueprint declares, run as the text that it is. */
function recorded(text: string): readonly unknown[] {
  const body = stripTypeScriptTypes(text)
    .replace('import { blueprint } from "holdfast";', "")
    .replace("export default", "return");
  const run = compileFunction(body, ["blueprint"]);
  const made: unknown = Reflect.apply(run, undefined, [blueprintFor()]);
  assert.ok(isBlueprint(made));
  const { declared, diagnostics } = recordBlueprint(made, {
    facts: {
      os: "linux",
      kernel: "6",
      arch: "x64",
      hostname: "h",
      cpuCount: 1,
      memoryBytes: 1,
      addresses: [],
      interfaces: [],
      disks: [],
      custom: {},
    },
    kinds: ["file", "json-field", "systemd-unit"].map((kind) => ({ kind, platforms: ["linux"] })),
    hash: sha256,
    parameters: {},
    locate: () => undefined,
  });
  assert.deepEqual(diagnostics, [], text);
  return declared;
}

test("export: an ordered list has one order, directories before their entries", () => {
  fc.assert(
    fc.property(anyEntries, (entries) => {
      assert.deepEqual(inOrder(entries), inOrder(entries.toReversed()));
    }),
  );
});

test("export: a hole is opened by taking its marks away", () => {
  const entry: ExportEntry = {
    section: "Files",
    kind: "file",
    name: "/etc/key",
    spec: {
      content: { $secret: "files.etc-key" },
      mode: "0600",
      owner: "app",
      group: "a-long-name-of-a-group",
    },
    dependsOn: ["package:nginx"],
    why: "no package has it",
    isHole: true,
  };
  const opened = manifestText("m", [entry])
    .replace("resources: []", "resources:")
    .replaceAll(/^ {2}# (- kind|  )/gm, "  $1");
  const diagnostics: never[] = [];
  const [document] = parseFile({ file: "x.yaml", text: opened, format: "yaml" }, diagnostics);
  assert.deepEqual(document?.value, {
    apiVersion: "holdfast/v1",
    kind: "Manifest",
    metadata: { name: "m" },
    resources: resourcesOf([{ ...entry, isHole: false }]),
  });
});
