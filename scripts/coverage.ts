/**
 * Runs the suite and prints how many lines, branches and functions of core and engine ran, file by file and for each of
 * the two. Fails below 95 % of the branches. `npm run coverage`; docs/decisions/0008-coverage.md says what is left.
 *
 * All tests run in one process: V8 leaves out a block that ran as often as the one around it, and node, when it adds up
 * the reports of several processes, then counts that block as never run if one of them did not run it.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COVERED = ["core", "engine"];
const LEAST_BRANCHES_PERCENT = 95;
/** Tests, and what only tests use. */
const EXCLUDED = ["**/*.test.ts", "packages/*/src/**/testing/**", "**/sample-kinds.ts"];
const PATTERNS = ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "test/crash/*.test.ts"];
/**
 * Evaluated before the tests, after node began to count. Else children would write reports too, and would find in the
 * environment that a test gave them something that it did not.
 */
const NO_CHILDREN = "data:text/javascript,delete process.env.NODE_V8_COVERAGE";

const directory = mkdtempSync(join(tmpdir(), "holdfast-coverage-"));
try {
  process.exitCode = run(join(directory, "lcov"));
} finally {
  rmSync(directory, { recursive: true });
}

/** Runs everything; returns the exit code. */
function run(lcov: string): number {
  const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...env } = process.env;
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      "--conditions=@holdfast/source",
      `--import=${NO_CHILDREN}`,
      "--test",
      "--test-isolation=none",
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      "--test-reporter=lcov",
      `--test-reporter-destination=${lcov}`,
      "--experimental-test-coverage",
      `--test-coverage-branches=${LEAST_BRANCHES_PERCENT}`,
      ...COVERED.map((name) => `--test-coverage-include=packages/${name}/src/**/*.ts`),
      ...EXCLUDED.map((pattern) => `--test-coverage-exclude=${pattern}`),
      ...globSync(PATTERNS).sort(),
    ],
    { env, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  // Of a good run only the counts and the table are of interest; they are the lines with this mark.
  const lines = stdout.split("\n");
  console.log(lines.filter((line) => status !== 0 || line.startsWith("ℹ")).join("\n"));
  for (const name of COVERED) console.log(totalOf(name, readFileSync(lcov, "utf8")));
  return status ?? 1;
}

/** The sums of one package in one line: `core: lines 99.1 % (10 of 1234 not run), branches …`. */
function totalOf(name: string, lcov: string): string {
  const records = lcov.split("end_of_record").filter((one) => one.includes(`packages/${name}/`));
  const sum = (field: string): number => {
    const found = records.flatMap((one) => [...one.matchAll(new RegExp(`^${field}:(\\d+)`, "gm"))]);
    return found.reduce((total, [, count]) => total + Number(count), 0);
  };
  const shares = [
    ["lines", "L"],
    ["branches", "BR"],
    ["functions", "FN"],
  ].map(([what, letters]) => {
    const [all, hit] = [sum(`${letters}F`), sum(`${letters}H`)];
    return `${what} ${((100 * hit) / all).toFixed(1)} % (${all - hit} of ${all} not run)`;
  });
  return `${name}: ${shares.join(", ")}`;
}
