import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";
import { PLANTED_BUGS, type PlantedBug } from "./planted-bugs.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

suite("planted bugs", { concurrency: 2 }, () => {
  PLANTED_BUGS.forEach((bug, at) => {
    test(`${bug.breaks}: it is noticed when ${bug.name}`, async () => {
      const source = readFileSync(`${repository}${bug.file}`, "utf8");
      assert.equal(source.split(bug.from).length, 2, "the patch does not apply exactly once");
      const { errors } = parseSync(
        bug.file,
        source.replace(bug.from, () => bug.to),
      );
      assert.deepEqual(errors, [], "the patch leaves no program");
      const code = await runWith({ bug: at, isHarmless: false, foundBy: bug.foundBy });
      assert.notEqual(code, 0, "the tests pass with this bug in place");
    });
  });
});

test("the same tests pass when what is planted is no bug", async () => {
  const foundBy = [...new Set(PLANTED_BUGS.flatMap((bug) => bug.foundBy))];
  assert.equal(await runWith({ bug: 0, isHarmless: true, foundBy }), 0);
});

interface Run extends Pick<PlantedBug, "foundBy"> {
  /** Its position in the list. */
  readonly bug: number;
  readonly isHarmless: boolean;
}

/** The exit code of the tests that should notice; `null` when a signal ended them. */
async function runWith({ bug, isHarmless, foundBy }: Run): Promise<number | null> {
  const args = ["--conditions=source", "--import", "./test/planted/plant.ts"];
  const child = spawn(process.execPath, [...args, "--test", "--test-timeout=20000", ...foundBy], {
    cwd: repository,
    env: {
      PATH: process.env["PATH"],
      HOLDFAST_PLANTED_BUG: String(bug),
      HOLDFAST_PLANTED_HARMLESS: isHarmless ? "yes" : "no",
    },
    stdio: "ignore",
  });
  return await new Promise((resolve, reject) => {
    child.once("exit", resolve).once("error", reject);
  });
}
