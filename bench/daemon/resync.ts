import { setTimeout as sleep } from "node:timers/promises";
import { ask, socketUnder } from "./ask.ts";
import { serveCommand } from "../drift.ts";
import { median } from "../pairs.ts";
import { createPolicy, fill } from "../policy.ts";
import { floorScript } from "../processes.ts";
import { aimAtMost, type Row } from "../row.ts";
import { type Served, startServed, waitForEvent } from "../served.ts";

/** The time of the loop that one resync took. */
interface Turns {
  readonly busyMs: number;
  readonly longestMs: number;
}

/** A round is over well within this. */
const ROUND_MS = 600;
/** Before a round counts, what runs often has been compiled. */
const WARM_UP_ROUNDS = 5;

/** A resync without a hint, against reading and comparing the same files in slices. */
export async function benchResync(fileCount: number, rounds: number): Promise<readonly Row[]> {
  using policy = createPolicy(fileCount, { isChain: false });
  fill(policy);
  const { manifestPath, root } = policy;
  const [program = "", ...served] = serveCommand(policy);
  await using holdfast = await startServed([program, ...metered(), ...served]);
  const [, script = ""] = floorScript("observe-again.js");
  await using floor = await startServed([program, ...metered(), script, manifestPath, root]);
  const turns: Turns[] = [];
  const floorTurns: Turns[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    const one = await measure(holdfast, () => reconcile(root));
    const other = await measure(floor, () => process.kill(floor.processId, "SIGHUP"));
    if (round < WARM_UP_ROUNDS) continue;
    turns.push(one);
    floorTurns.push(other);
  }
  const what = `resync of ${fileCount.toLocaleString("en")} in sync`;
  return [
    row(`${what}, of the loop`, 20, [turns, floorTurns], ({ busyMs }) => busyMs),
    row(`${what}, longest slice`, 5, [turns, floorTurns], ({ longestMs }) => longestMs),
  ];
}

/** Options of Node that measure turns. */
function metered(): readonly string[] {
  return ["--import", floorScript("turn-meter.js")[1] ?? ""];
}

async function reconcile(root: string): Promise<void> {
  const { status, text } = await ask(socketUnder(root), "POST", "/reconcile");
  if (status !== 202) throw new Error(`the agent does not observe again: ${status} ${text}`);
}

async function measure(served: Served, begin: () => unknown): Promise<Turns> {
  const { busyMs = Number.NaN } = await measureOnce(served, begin);
  const { longestMs = Number.NaN } = await measureOnce(served, begin);
  return { busyMs, longestMs };
}

/** The meter measures the one and the other in turn. */
async function measureOnce(served: Served, begin: () => unknown): Promise<Partial<Turns>> {
  const measuring = waitForEvent(served.events, ({ type }) => type === "measuring");
  process.kill(served.processId, "SIGUSR2");
  await measuring;
  await begin();
  await sleep(ROUND_MS);
  const measured = waitForEvent(served.events, ({ type }) => type === "measured");
  process.kill(served.processId, "SIGUSR2");
  return await measured;
}

function row(
  name: string,
  aimMs: number,
  [turns, floors]: readonly [readonly Turns[], readonly Turns[]],
  pick: (turns: Turns) => number,
): Row {
  const value = median(turns.map(pick));
  const floor = median(floors.map(pick));
  const ratio = median(turns.map((one, at) => pick(one) / pick(floors[at] ?? one)));
  return { name, unit: "ms", value, floor, ratio, aims: [aimAtMost(value, aimMs, "ms")] };
}
