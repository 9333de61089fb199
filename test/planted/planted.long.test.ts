import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { suite, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { PLANTED_BUGS } from "./planted-bugs.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
/** Steps of each history. */
const STEPS = 100;
const LONGEST_MS = 120_000;

suite("planted bugs", { concurrency: 2 }, () => {
  PLANTED_BUGS.forEach((bug, at) => {
    test(`${bug.breaks}: it is noticed when ${bug.name}`, { timeout: LONGEST_MS }, async (t) => {
      if (bug.foundBy.type === "tests") await findByTests(at, bug.foundBy.files);
      else await findByHistories(t, at, bug.foundBy.within);
    });
  });
});

test("the same tests pass when what is planted is no bug", { timeout: LONGEST_MS }, async () => {
  const files = PLANTED_BUGS.flatMap(({ foundBy }) =>
    foundBy.type === "tests" ? foundBy.files : [],
  );
  const { code } = await run([...testing, ...new Set(files)], { bug: 0, isHarmless: true });
  assert.equal(code, 0);
});

const testing = ["--test", "--test-timeout=20000"];

async function findByTests(bug: number, files: readonly string[]): Promise<void> {
  const { code } = await run([...testing, ...files], { bug, isHarmless: false });
  assert.notEqual(code, 0, "the tests pass with this bug in place");
}

/** The first history that shows it becomes a line of the table: seeds needed, promise broken, and how. */
async function findByHistories(t: TestContext, bug: number, within: number): Promise<void> {
  const range = ["--out=json", "--jobs=1", `--runs=${within}`, `--steps=${STEPS}`];
  const found = await run(["scripts/simulate.ts", ...range], { bug, isHarmless: false });
  assert.equal(found.code, 1, `none of ${within} histories shows it: ${found.output}`);
  const { seed, breach } = readBreach(found.output);
  t.diagnostic(`seeds: ${seed} of ${within}; broken: ${breach.proves}; ${breach.detail}`);
}

interface Found {
  readonly seed: number;
  readonly breach: { readonly proves: string; readonly detail: string };
}

function readBreach(output: string): Found {
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  assert.match(last, /^\{"seed":\d+,"breach":\{/, output);
  return JSON.parse(last) as Found;
}

/** Runs node with one bug in place. */
async function run(
  args: readonly string[],
  { bug, isHarmless }: { readonly bug: number; readonly isHarmless: boolean },
): Promise<{ readonly code: number | null; readonly output: string }> {
  const planting = ["--conditions=@holdfast/source", "--import", "./test/planted/plant.ts"];
  const child = spawn(process.execPath, [...planting, ...args], {
    cwd: repository,
    env: {
      PATH: process.env["PATH"],
      HOLDFAST_PLANTED_BUG: String(bug),
      HOLDFAST_PLANTED_HARMLESS: isHarmless ? "yes" : "no",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return await new Promise((resolve, reject) => {
    child.once("close", (code) => resolve({ code, output })).once("error", reject);
  });
}
