/**
 * Plays random histories and checks every promise of the engine: `npm run simulate -- --seed=1 --runs=2000 --steps=300`.
 *
 * A breach prints its seed, the promise, and the history shrunk to what is needed. `--only=3,17` plays only those steps of
 * a seed, and `--story` prints everything that happens. With `--minutes=60` a history has as many steps as an hour of
 * virtual time takes. `--out=json` prints the breaches found, one line each.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type Breach, drawSteps, only, play, shrink, type Step } from "@holdfast/simulator";

/** Seeds from here on, one after the other. */
interface Range {
  readonly seed: number;
  readonly runs: number;
  readonly steps: number;
  /** Virtual time that a history takes at least; then `steps` says how many it has at most. */
  readonly minutes: number | undefined;
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
  readonly steps: number;
  readonly cpuMs: number;
}

/** A step takes ten seconds on average; none of these histories comes near so many. */
const MOST_STEPS = 5_000;

if (isMainThread) process.exitCode = await main();
else parentPort?.postMessage(await playRange(workerData as Range));

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      runs: { type: "string", default: "200" },
      steps: { type: "string", default: "300" },
      minutes: { type: "string" },
      jobs: { type: "string", default: String(availableParallelism()) },
      only: { type: "string" },
      story: { type: "boolean", default: false },
      out: { type: "string", default: "terminal" },
    },
  });
  const range = {
    seed: wholeNumber("seed", values.seed),
    runs: wholeNumber("runs", values.runs),
    ...lengthOf(values),
    isOne: values.out === "json",
  };
  if (values.only !== undefined || values.story) return tell(range, values.only);
  const done = await playAll(range, wholeNumber("jobs", values.jobs));
  if (values.out === "json") return printJson(done);
  return await print(done, range);
}

function lengthOf({ steps, minutes }: { steps: string; minutes?: string }) {
  if (minutes === undefined) return { steps: wholeNumber("steps", steps), minutes: undefined };
  return { steps: MOST_STEPS, minutes: wholeNumber("minutes", minutes) };
}

/** The steps of a seed, as many as there are or as take so long. */
function stepsOf(seed: number, { steps, minutes }: Range): readonly Step[] {
  const drawn = drawSteps(seed, steps);
  if (minutes === undefined) return drawn;
  let leftMs = minutes * 60_000;
  const end = drawn.findIndex(({ thenMs }) => {
    leftMs -= thenMs;
    return leftMs <= 0;
  });
  return end < 0 ? drawn : drawn.slice(0, end + 1);
}

/** @throws {Error} for what is no whole number from 0 on. */
function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}

/** Deals the seeds out to as many threads as there are processors. */
async function playAll(range: Range, jobs: number): Promise<Done> {
  const { seed, runs } = range;
  const share = Math.ceil(runs / Math.max(1, jobs));
  const parts: Promise<Done>[] = [];
  for (let from = 0; from < runs; from += share) {
    const part = { ...range, seed: seed + from, runs: Math.min(share, runs - from) };
    parts.push(jobs === 1 ? playRange(part) : inThread(part));
  }
  const done = await Promise.all(parts);
  return {
    found: done.flatMap(({ found }) => found).toSorted((one, other) => one.seed - other.seed),
    runs: done.reduce((sum, part) => sum + part.runs, 0),
    steps: done.reduce((sum, part) => sum + part.steps, 0),
    cpuMs: done.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  };
}

function inThread(range: Range): Promise<Done> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: range });
    worker.once("message", resolve).once("error", reject);
  });
}

async function playRange(range: Range): Promise<Done> {
  const { seed, runs, isOne } = range;
  const before = process.threadCpuUsage();
  const found: Found[] = [];
  let played = 0;
  let stepped = 0;
  // What is not a promise but our own mistake ends the process: the seed is printed all the same.
  process.once("uncaughtException", (error) => {
    const detail = error.message;
    const breach = { invariant: "assertion", proves: "an assertion", detail, afterSteps: 0 };
    console.log(JSON.stringify({ seed: seed + played, breach }));
    process.exit(1);
  });
  for (let at = seed; at < seed + runs; at++) {
    const steps = stepsOf(at, range);
    const { breach } = await play({ seed: at, steps });
    played += 1;
    stepped += steps.length;
    if (breach !== undefined) found.push({ seed: at, breach });
    if (breach !== undefined && isOne) break;
  }
  const { user, system } = process.threadCpuUsage(before);
  return { found, runs: played, steps: stepped, cpuMs: (user + system) / 1_000 };
}

/** Plays one history and prints it whole. */
async function tell(range: Range, kept: string | undefined): Promise<number> {
  const { seed } = range;
  const history = { seed, steps: stepsOf(seed, range) };
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

async function print({ found, runs, steps, cpuMs }: Done, range: Range): Promise<number> {
  const perSecond = Math.round((steps * 1_000) / cpuMs);
  const { minutes } = range;
  const length = minutes === undefined ? `${range.steps} steps` : `${minutes} virtual minutes`;
  console.log(`${runs} histories of ${length}, ${perSecond} steps per second of CPU.`);
  const [first] = found;
  if (first === undefined) {
    console.log("Every promise held.");
    return 0;
  }
  for (const { seed, breach } of found) console.log(inWords(seed, breach));
  const history = { seed: first.seed, steps: stepsOf(first.seed, range) };
  const shrunk = await shrink(history, first.breach);
  const { story } = await play(shrunk.history, true);
  console.log(`\nSeed ${first.seed} shrunk to ${shrunk.kept.length} steps:\n${story.join("\n")}`);
  const again = `--seed=${first.seed} --steps=${range.steps} --only=${shrunk.kept.join(",")}`;
  console.log(`\nTo see it again: npm run simulate -- ${again}`);
  return 1;
}

function inWords(seed: number, { invariant, proves, detail, afterSteps }: Breach): string {
  return `seed ${seed}: ${invariant} (${proves}) broken after ${afterSteps} steps: ${detail}`;
}
