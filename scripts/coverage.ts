/**
 * Runs the whole suite, but for what starts processes of its own, and prints how many lines and branches of core and engine
 * ran. `npm run coverage`
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";

const covered = ["core", "engine"];
const files = globSync([
  "packages/*/src/**/*.test.ts",
  "apps/*/src/**/*.test.ts",
  "test/crash/*.test.ts",
]).sort();
const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...env } = process.env;
const { status, stdout } = spawnSync(
  process.execPath,
  [
    "--conditions=source",
    "--test",
    "--test-concurrency=2",
    "--test-reporter=spec",
    "--experimental-test-coverage",
    ...covered.map((name) => `--test-coverage-include=packages/${name}/src/**/*.ts`),
    "--test-coverage-exclude=**/*.test.ts",
    ...files,
  ],
  { env, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8", maxBuffer: 2 ** 28 },
);
// Of a good run only the counts and the table are of interest; they are the lines with this mark.
const lines = stdout.split("\n");
console.log(lines.filter((line) => status !== 0 || line.startsWith("ℹ")).join("\n"));
process.exitCode = status ?? 1;
