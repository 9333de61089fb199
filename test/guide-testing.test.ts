import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { Scratch } from "./command/command.ts";

const root = new URL("../", import.meta.url);
const guide = readFileSync(new URL("docs/guide/testing.md", root), "utf8");

/** The commands that the guide shows, each with what it prints. */
const SHOWN = [...guide.matchAll(/^\$ npx holdfast test (examples\/\S+)\n((?:[^`].*\n)+)/gm)].map(
  ([, example = "", printed = ""]) => ({ example, printed: printed.trimEnd().split("\n") }),
);
const BLUEPRINTS = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = ""]) => text);

suite("the guide to testing", () => {
  assert.equal(SHOWN.length, 4);

  for (const { example, printed } of SHOWN) {
    test(`${example} prints what is shown`, () => {
      using scratch = new Scratch();
      const text = readFileSync(new URL(example, root), "utf8");
      const isMistake = example.includes("mistakes");
      if (isMistake)
        assert.ok(
          BLUEPRINTS.some((block) => text.endsWith(`\n${block}`)),
          example,
        );
      const source = scratch.source(example.slice(example.lastIndexOf("/") + 1), text);
      const { code, output } = scratch.run("test", [
        source,
        "--facts",
        "id=example",
        "--out",
        "serial",
      ]);
      assert.equal(code, isMistake ? 3 : 0, output);
      const lines = output.replaceAll(scratch.directory, "/home/you").split("\n");
      for (const line of printed) assert.ok(lines.includes(line), `${line}\nis not in\n${output}`);
    });
  }
});
