/**
 * Plays random histories and checks every promise of the engine: `npm run simulate -- --seed=1 --runs=2000 --steps=300`.
 *
 * A breach prints its seed, the promise, and the history shrunk to what is needed. `--only=3,17` plays only those steps of
 * a seed, and `--story` tells everything that happens. `--out=json` prints the breaches found, one line each.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type Breach, drawSteps, only, play, shrink } from "@holdfast/simulator";

/** Seeds from here on, one after the other. */
interface Range {
  readonly seed: number;
  readonly runs: number;
  readonly steps: number;
  /** Stop at the first breach. */
  readonly isOne: boolean;
}

interface Found {
  readonly seed: number;
  readonly breach: Breach;
}

interface Done {
  readonly found: readonly Found[];
  readonly runs: number;
  readonly cpuMs: number;
}

if (isMainThread) process.exitCode = await main();
else parentPort?.postMessage(await playRange(workerData as Range));

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      runs: { type: "string", default: "200" },
      steps: { type: "string", default: "300" },
      jobs: { type: "string", default: String(availableParallelism()) },
      only: { type: "string" },
      story: { type: "boolean", default: false },
      out: { type: "string", default: "terminal" },
    },
  });
  const range = {
    seed: wholeNumber("seed", values.seed),
    runs: wholeNumber("runs", values.runs),
    steps: wholeNumber("steps", values.steps),
    isOne: values.out === "json",
  };
  if (values.only !== undefined || values.story) return tell(range, values.only);
  const done = await playAll(range, wholeNumber("jobs", values.jobs));
  if (values.out === "json") return printJson(done);
  return await print(done, range);
}

/** @throws {Error} for what is no whole number from 0 on. */
function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}

/** Deals the seeds out to as many threads as there are processors. */
async function playAll({ seed, runs, steps, isOne }: Range, jobs: number): Promise<Done> {
  const share = Math.ceil(runs / Math.max(1, jobs));
  const parts: Promise<Done>[] = [];
  for (let from = 0; from < runs; from += share) {
    const part = { seed: seed + from, runs: Math.min(share, runs - from), steps, isOne };
    parts.push(jobs === 1 ? playRange(part) : inThread(part));
  }
  const done = await Promise.all(parts);
  return {
    found: done.flatMap(({ found }) => found).toSorted((one, other) => one.seed - other.seed),
    runs: done.reduce((sum, part) => sum + part.runs, 0),
    cpuMs: done.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  };
}

function inThread(range: Range): Promise<Done> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: range });
    worker.once("message", resolve).once("error", reject);
  });
}

async function playRange({ seed, runs, steps, isOne }: Range): Promise<Done> {
  const before = process.threadCpuUsage();
  const found: Found[] = [];
  let played = 0;
  // What is not a promise but our own mistake ends the process: the seed is told all the same.
  process.once("uncaughtException", (error) => {
    const detail = error.message;
    const breach = { invariant: "assertion", proves: "an assertion", detail, afterSteps: 0 };
    console.log(JSON.stringify({ seed: seed + played, breach }));
    process.exit(1);
  });
  for (let at = seed; at < seed + runs; at++) {
    const { breach } = await play({ seed: at, steps: drawSteps(at, steps) });
    played += 1;
    if (breach !== undefined) found.push({ seed: at, breach });
    if (breach !== undefined && isOne) break;
  }
  const { user, system } = process.threadCpuUsage(before);
  return { found, runs: played, cpuMs: (user + system) / 1_000 };
}

/** Plays one history and tells it whole. */
async function tell({ seed, steps }: Range, kept: string | undefined): Promise<number> {
  const history = { seed, steps: drawSteps(seed, steps) };
  const places = kept
    ?.split(",")
    .filter((place) => place !== "")
    .map(Number);
  const { breach, story } = await play(
    places === undefined ? history : only(history, places),
    true,
  );
  console.log(story.join("\n"));
  console.log(breach === undefined ? "\nEvery promise held." : `\n${inWords(seed, breach)}`);
  return breach === undefined ? 0 : 1;
}

function printJson({ found }: Done): number {
  for (const one of found) console.log(JSON.stringify(one));
  return found.length === 0 ? 0 : 1;
}

async function print({ found, runs, cpuMs }: Done, { steps }: Range): Promise<number> {
  const perSecond = Math.round((runs * steps * 1_000) / cpuMs);
  console.log(`${runs} histories of ${steps} steps, ${perSecond} steps per second of CPU.`);
  const [first] = found;
  if (first === undefined) {
    console.log("Every promise held.");
    return 0;
  }
  for (const { seed, breach } of found) console.log(inWords(seed, breach));
  const history = { seed: first.seed, steps: drawSteps(first.seed, steps) };
  const shrunk = await shrink(history, first.breach);
  const { story } = await play(shrunk.history, true);
  console.log(`\nSeed ${first.seed} shrunk to ${shrunk.kept.length} steps:\n${story.join("\n")}`);
  const again = `--seed=${first.seed} --steps=${steps} --only=${shrunk.kept.join(",")}`;
  console.log(`\nTo see it again: npm run simulate -- ${again}`);
  return 1;
}

function inWords(seed: number, { invariant, proves, detail, afterSteps }: Breach): string {
  return `seed ${seed}: ${invariant} (${proves}) broken after ${afterSteps} steps: ${detail}`;
}
