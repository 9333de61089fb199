/**
 * Runs the tests: `npm test`, or `npm test -- FILE…` and any option of `node --test`. `npm run test:long` adds the files
 * called `*.long.test.ts`, and every seed of those tests that draw fewer without it.
 *
 * The command is built first, because the tests of the command run what users run. Without FILE the machine gets what
 * the tests use (`machine/`).
 *
 * With `CI=true` a skipped or unfinished test fails the run: what is not run proves nothing.
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";
import { prepareMachine } from "./machine/prepare-machine.ts";

/** Where tests live. */
const PATTERNS = ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "test/**/*.test.ts"];
const LONG = /\.long\.test\.ts$/;
const COMMAND = fileURLToPath(new URL("../apps/holdfast/dist", import.meta.url));
/** The longest a test may take, in milliseconds, unless it names its own limit. */
const TEST_TIMEOUT_MS = 60_000;

process.exitCode = await main(process.argv.slice(2));

/** Runs node's test runner and judges what it says. */
async function main(args: readonly string[]): Promise<number> {
  const isLong = args.includes("--long");
  const options = args.filter((arg) => arg.startsWith("-") && arg !== "--long");
  const chosen = args.filter((arg) => !arg.startsWith("-"));
  const files =
    chosen.length > 0
      ? globSync(chosen)
      : globSync(PATTERNS).filter((file) => isLong || !LONG.test(file));
  if (files.length === 0) {
    console.error("No test file was found.");
    return 1;
  }
  if (chosen.length === 0) await prepareMachine();
  await bundle(COMMAND);
  const { code, output } = await run(isLong, [
    "--conditions=@holdfast/source",
    "--test",
    "--test-concurrency=2",
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    "--test-reporter=spec",
    ...options,
    ...files.sort(),
  ]);
  const problem = code === 0 ? judge(output) : undefined;
  if (problem !== undefined) console.error(`\n${problem}`);
  return problem === undefined ? code : 1;
}

/** Starts node with the output passed on and kept. The environment loses what changes how node itself starts. */
async function run(
  isLong: boolean,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...env } = process.env;
  if (isLong) env["HOLDFAST_TEST_SEEDS"] = "all";
  if (process.stdout.isTTY) env["FORCE_COLOR"] ??= "1";
  const child = spawn(process.execPath, [...args], { env, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    // The counts are in the last lines.
    output = (output + text).slice(-20_000);
    process.stdout.write(text);
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve(exitCode ?? 1));
  });
  return { code, output };
}

/** What is wrong with a run that node calls good; `undefined` when nothing is. */
function judge(output: string): string | undefined {
  if (count(output, "tests") === 0) return "No test was run.";
  if (process.env["CI"] !== "true") return undefined;
  const left = count(output, "skipped") + count(output, "todo");
  return left === 0 ? undefined : `${left} tests were skipped or left to do; none may be here.`;
}

/** The figure that the summary gives for a word, e.g. `skipped 0`. */
function count(output: string, word: string): number {
  const last = [...output.matchAll(new RegExp(`(?:ℹ|#) ${word} (\\d+)`, "g"))].at(-1);
  return Number(last?.[1] ?? 0);
}
