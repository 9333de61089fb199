import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { createCatalog } from "../resource/catalog.ts";
import { documentKind } from "../check/sample-kinds.ts";
import { Fault } from "../fault/fault.ts";
import type { Diagnostic } from "../fault/diagnostic.ts";
import { buildGraph } from "../graph/graph.ts";
import { silentLog } from "../ports/log.ts";
import { readManifest } from "./read-manifest.ts";

const catalog = createCatalog([documentKind]);
const hash = {
  sha256: (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex"),
};
const HEAD = "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: t }\nresources:\n";

function diagnosticsOf(format: "json" | "yaml", text: string): readonly Diagnostic[] {
  const { value, diagnostics } = readManifest([{ file: "m", text, format }], { catalog, hash });
  assert.equal(value, undefined);
  return diagnostics;
}

function checkRefused(format: "json" | "yaml", text: string, expected: RegExp): void {
  const diagnostics = diagnosticsOf(format, text);
  assert.equal(diagnostics.length, 1);
  assert.match(diagnostics[0]?.detail ?? "", expected);
}

test("D19: a text that is nested too deep is refused before it is parsed, closed or not", () => {
  for (const text of ["[".repeat(1_000_000), "[".repeat(1_000_000) + "]".repeat(1_000_000)]) {
    checkRefused("json", text, /nesting exceeds 100 levels/);
    checkRefused("yaml", text, /nesting exceeded maxDepth \(100\)/);
  }
  checkRefused("yaml", "- ".repeat(1_000_000), /nesting exceeded maxDepth/);
  const steps = Array.from({ length: 200 }, (_, depth) => `${" ".repeat(depth)}a:`);
  checkRefused("yaml", steps.join("\n"), /nesting exceeded maxDepth/);
});

test("D19: a file of too many values is refused before it is parsed", () => {
  checkRefused("json", `[${"{},".repeat(1_000_001)}{}]`, /more than 2000000 values.*write several/);
  checkRefused(
    "yaml",
    `${HEAD}${"- a\n".repeat(2_600_000)}`,
    /more than 2500000 values.*write several/,
  );
});

test("D19: aliases stand for a bounded number of values, and none for itself", () => {
  const ten = (name: string) => `[${Array(10).fill(name).join(", ")}]`;
  const lines = Array.from({ length: 8 }, (_, at) => `  - &a${at + 1} ${ten(`*a${at}`)}\n`);
  checkRefused(
    "yaml",
    `${HEAD}  - &a0 ${ten("x")}\n${lines.join("")}`,
    /aliases stand for too much/,
  );
  checkRefused("yaml", `${HEAD}  - &a [*a]\n`, /aliases stand for too much/);
});

test("D19: the report of a mistake does not grow with the source", () => {
  const long = "x".repeat(300_000);
  const resources = [
    { kind: "document", name: long, spec: {} },
    { kind: "document", name: "a", spec: { [long]: 1 } },
    { kind: long, name: "b", spec: {} },
    { kind: "document", name: "c", spec: {}, meta: { dependsOn: [long] } },
  ];
  const header = { apiVersion: "holdfast/v1", kind: "Manifest", metadata: { name: "t" } };
  const diagnostics = diagnosticsOf("json", JSON.stringify({ ...header, resources }));
  assert.ok(diagnostics.length >= 4);
  const fault = new Fault({ reason: "InputInvalid", message: "m", resolution: "R.", diagnostics });
  for (const { address, detail } of fault.diagnostics) {
    assert.ok(
      address.length <= 4_200 && detail.length <= 2_000,
      `${address.length} ${detail.length}`,
    );
  }
});

test("D19: of many mistakes the first hundred are shown, and how many more there are", () => {
  const mistakes = (count: number): readonly Diagnostic[] =>
    Array.from({ length: count }, (_, at) => ({
      severity: "error",
      address: `${at}`,
      summary: "s",
      detail: "d",
    }));
  const shown = (count: number): readonly Diagnostic[] =>
    new Fault({
      reason: "InputInvalid",
      message: "m",
      resolution: "R.",
      diagnostics: mistakes(count),
    }).diagnostics;
  assert.deepEqual(shown(100), mistakes(100));
  assert.deepEqual(shown(150).slice(0, 100), mistakes(100));
  assert.deepEqual(
    [shown(150).length, shown(150).at(-1)?.detail, shown(1_000).at(-1)?.detail],
    [
      101,
      "50 more are not shown: correct these first.",
      "At least 900 more are not shown: correct these first.",
    ],
  );
});

test("D19: suggestions for undeclared names are searched for the first few only", () => {
  const resources = Array.from({ length: 5_000 }, (_, at) => ({
    kind: "document",
    name: `/${at}`,
    spec: {},
    meta: { dependsOn: [`document:/x${at}`] },
  }));
  const text = JSON.stringify({
    apiVersion: "holdfast/v1",
    kind: "Manifest",
    metadata: { name: "t" },
    resources,
  });
  const { value } = readManifest([{ file: "m", text, format: "json" }], { catalog, hash });
  const { diagnostics } = buildGraph(value?.resources ?? [], { catalog, log: silentLog });
  assert.equal(diagnostics.length, 1_000);
  const suggested = diagnostics.filter(({ detail }) => detail.includes("did you mean"));
  assert.equal(suggested.length, 10);
});
