import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Fault } from "@holdfast/core";
import fc from "fast-check";
import { RootReader } from "../root-reader.ts";
import { readCustomFacts } from "./read-custom-facts.ts";

/** A root with files in the directory of facts, of which each test spoils one. */
function rootWith(t: TestContext, files: Readonly<Record<string, string>>) {
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-custom-"));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  const directory = join(root, "etc/holdfast/facts.d");
  fs.mkdirSync(directory, { recursive: true, mode: 0o755 });
  for (const [name, text] of Object.entries(files)) {
    fs.writeFileSync(join(directory, name), text, { mode: 0o644 });
  }
  return { at: (name: string) => join(directory, name), directory, reader: new RootReader(root) };
}

test("B6: custom facts are what their files say, by name; hidden files and those of editors are none", (t) => {
  const { reader } = rootWith(t, {
    "role.json": '{"name":"web","weight":3}',
    "rack.yaml": "row: 7\nplace: a\n",
    ".hidden": "x",
    "role.json~": "x",
  });
  const expected = { rack: { row: 7, place: "a" }, role: { name: "web", weight: 3 } };
  assert.deepEqual(readCustomFacts(reader), expected);
  assert.deepEqual(readCustomFacts(new RootReader(join(tmpdir(), "holdfast-nowhere"))), {});
});

test("B6: a custom fact comes out as the JSON that was written", (t) => {
  const { at, reader } = rootWith(t, {});
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(value !== null);
      const text = JSON.stringify(value);
      fs.writeFileSync(at("any.json"), text, { mode: 0o644 });
      assert.deepEqual(readCustomFacts(reader)["any"], JSON.parse(text));
    }),
    { numRuns: 40 },
  );
});

test("B6, D19: what others can write, programs, links and what is no bounded data are mistakes, all reported", (t) => {
  const aliases = Array.from({ length: 6 }, (_, at) =>
    at === 0
      ? "a0: &a0 [x, x]"
      : `a${at}: &a${at} [${Array(9)
          .fill(`*a${at - 1}`)
          .join(", ")}]`,
  );
  const { at, directory, reader } = rootWith(t, {
    "a-program.json": "{}",
    "b-writable.json": "{}",
    "c-large.json": JSON.stringify("x".repeat(70_000)),
    "d.sh": "echo {}",
    "e-broken.yaml": "a: [",
    "f-aliases.yaml": aliases.join("\n"),
    "g-twice.json": "1",
    "g-twice.yaml": "2",
    "good.json": "1",
  });
  fs.chmodSync(at("a-program.json"), 0o755);
  fs.chmodSync(at("b-writable.json"), 0o666);
  fs.symlinkSync("good.json", at("h-link.json"));
  fs.mkdirSync(at("i-directory.json"));
  const summariesOf = (): readonly string[] => {
    try {
      readCustomFacts(reader);
    } catch (error) {
      assert.ok(error instanceof Fault && error.reason === "InputInvalid", String(error));
      return error.diagnostics.map(({ summary }) => summary);
    }
    return assert.fail("nothing was wrong");
  };
  assert.deepEqual(summariesOf(), [
    "A program",
    "Not safe",
    "Too large",
    "Not a fact",
    "Not YAML",
    "Too much",
    "Fact given twice",
    "Not readable",
    "Not a file",
  ]);
  fs.chmodSync(directory, 0o777);
  assert.deepEqual(summariesOf(), ["Not safe"]);
});
