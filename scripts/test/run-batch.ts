import { spawn } from "node:child_process";
import type { Batch } from "./batches.ts";

/** A test that takes so long hangs, also on a busy machine; in milliseconds, unless it names its own limit. */
const TEST_TIMEOUT_MS = 180_000;
/** In node_modules, so that an installation begins without it. */
const COMPILE_CACHE = "node_modules/.cache/tests";

/** How a batch ended. */
export interface BatchResult {
  readonly batch: Batch;
  readonly code: number;
  /** What node's spec reporter printed. */
  readonly output: string;
}

/** Runs a batch to its end, with more options for node. The environment loses what changes how node itself starts. */
export async function runBatch(
  batch: Batch,
  options: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<BatchResult> {
  const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...outer } = process.env;
  const env: NodeJS.ProcessEnv = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...outer, ...variables };
  if (process.stdout.isTTY) env["FORCE_COLOR"] ??= "1";
  const args = [
    "--conditions=@holdfast/source",
    "--test",
    "--test-isolation=none",
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    "--test-reporter=spec",
    ...options,
    ...batch.files,
  ];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve(exitCode ?? 1));
  });
  return { batch, code, output };
}
