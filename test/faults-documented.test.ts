import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { FAULT_REASONS } from "@holdfast/core";

const faults = read("docs/faults.md");
const sections = faults.split(/^## /m).slice(1);
const reasons = Object.entries(FAULT_REASONS);

suite("docs/faults.md", () => {
  test("names every reason once, in alphabetical order, and no other", () => {
    const headings = sections.map((section) => section.split("\n")[0]);
    assert.deepEqual(headings, reasons.map(([reason]) => reason).toSorted());
  });

  for (const [reason, { summary, retry }] of reasons) {
    test(`${reason}: says what it means, its cause and what to do`, () => {
      const section = sections.find((each) => each.startsWith(`${reason}\n`)) ?? "";
      assert.ok(
        section.includes(`\n${summary} Retry: \`${retry}\`.\n`),
        `the section begins with: ${summary} Retry: \`${retry}\`.`,
      );
      assert.match(section, /^- Typical cause: \S.{10,}/m);
      assert.match(section, /^- What to do: \S.{6,}/m);
    });
  }
});

suite("docs/glossary.md", () => {
  const glossary = read("docs/glossary.md");
  const words = [
    "Resource",
    "ResourceKind",
    "Backend",
    "Blueprint",
    "Manifest",
    "DesiredSource",
    "Provider",
    "Graph",
    "Change",
    "Action",
    "Operation",
    "Plan",
    "Gate",
    "Lane",
    "Ledger",
    "Status",
    "Drift",
    "Fault",
  ];

  for (const word of words) {
    test(`explains ${word}`, () => {
      assert.match(glossary, new RegExp(`^\\| \\*\\*${word}\\*\\* +\\| \\S`, "m"));
    });
  }
});

function read(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
}
