/**
 * Runs the tests: `npm test`, or `npm test -- FILE…` and any option of `node --test`. `npm run test:long` adds the files
 * called `*.long.test.ts`, and every seed of those tests that draw fewer without it.
 *
 * The command is built first, because the tests of the command run what users run. Without FILE the machine gets what
 * the tests use (`machine/`).
 */
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";
import { tryToBringPodmanGenerator } from "./machine/podman-generator.ts";
import { prepareMachine } from "./machine/prepare-machine.ts";
import { type Batch, batchesOf } from "./test/batches.ts";
import { type BatchResult, runBatch } from "./test/run-batch.ts";
import { judge } from "./test/verdict.ts";

/** Where tests are. */
const PATTERNS = ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "test/**/*.test.ts"];
const LONG = /\.long\.test\.ts$/;
const COMMAND = fileURLToPath(new URL("../apps/holdfast/dist", import.meta.url));
/** Of the laws of kinds: `npm run test:long`, and a file of tests that is run by itself, draw all. */
const FEWER_SAMPLES = { HOLDFAST_CONFORMANCE_EFFORT: "0.4" };
/** Batches at a time. */
const CONCURRENCY = 2;

process.exitCode = await main(process.argv.slice(2));

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
  if (chosen.length === 0 && process.env["CI"] === "true") await tryToBringPodmanGenerator();
  await bundle(COMMAND);
  const variables = isLong ? { HOLDFAST_TEST_SEEDS: "all" } : FEWER_SAMPLES;
  const results = await runAll(batchesOf(files), (batch) => runBatch(batch, options, variables));
  const { isGood, summary } = judge(results, process.env["CI"] === "true");
  console.log(`\n${summary}`);
  return isGood ? 0 : 1;
}

/** Runs some batches at a time, and prints each when it has ended. */
async function runAll(
  batches: readonly Batch[],
  run: (batch: Batch) => Promise<BatchResult>,
): Promise<readonly BatchResult[]> {
  const waiting = [...batches];
  const results: BatchResult[] = [];
  const work = async (): Promise<void> => {
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      const result = await run(batch);
      results.push(result);
      process.stdout.write(`\n${batch.name}\n${result.output}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return results;
}
