/**
 * Measures Holdfast beside floors: what plain Node scripts need for the same work, in the same run and in alternation,
 * so that a noisy machine disturbs both.
 *
 *     npm run bench -- [--quick] [--peers] [--json FILE] [--only WORD]
 */
import { existsSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { benchChain, benchFirstApply, benchRepair } from "./apply.ts";
import { benchDrift } from "./drift.ts";
import { benchEvents } from "./daemon/events.ts";
import { benchGeneration } from "./generation.ts";
import { benchIdle } from "./idle.ts";
import { benchOrder } from "./order.ts";
import { benchPeers } from "./peers.ts";
import { benchPlan } from "./plan.ts";
import { HOLDFAST } from "./processes.ts";
import { benchReaders } from "./daemon/readers.ts";
import { benchResync } from "./daemon/resync.ts";
import { formatTable, type Row } from "./row.ts";
import { benchServer } from "./server/server.ts";
import { benchStart } from "./start.ts";
import { benchStatus } from "./daemon/status.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    peers: { type: "boolean", default: false },
    json: { type: "string" },
    only: { type: "string", default: "" },
  },
});

/** The benchmarks by the word that `--only` chooses them with. */
const benchmarks: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  start: async () => [await benchStart(pairs(11))],
  plan: async () => [await benchPlan(2_000, pairs(11)), await benchPlan(20_000, pairs(5))],
  apply: async () => [await benchFirstApply(2_000, pairs(7))],
  repair: async () => [await benchRepair(2_000, 10, pairs(9))],
  chain: async () => [await benchChain(500, pairs(5))],
  order: () => benchOrder(options.quick),
  drift: () => benchDrift(2_000, options.quick ? 25 : 500),
  resync: () => benchResync(2_000, options.quick ? 3 : 15),
  generation: () => benchGeneration(100_000, options.quick ? 3 : 9),
  status: () => benchStatus(2_000, { questions: options.quick ? 50 : 500, pairs: pairs(11) }),
  events: () => benchEvents(2_000, { drifts: options.quick ? 100 : 1_000, clients: 10 }),
  readers: () => benchReaders(2_000, options.quick ? 20 : 100),
  server: () => benchServer(pairs(9), options.peers),
  idle: () => benchIdle(2_000, options.quick ? 5_000 : 60_000),
  peers: async () => (options.peers ? await benchPeers(2_000, options.quick) : []),
};

await main();

async function main(): Promise<void> {
  if (!existsSync(new URL("../apps/holdfast/dist/main.js", import.meta.url))) {
    throw new Error(`${HOLDFAST[1]} is not built: run npm run build first`);
  }
  const rows: Row[] = [];
  const failures: string[] = [];
  for (const [word, benchmark] of Object.entries(benchmarks)) {
    if (!word.includes(options.only)) continue;
    if (process.stderr.isTTY) process.stderr.write(`measuring ${word} …\n`);
    try {
      rows.push(...(await benchmark()));
    } catch (error) {
      // The other figures are worth having; this one ends the run with an error when they are shown.
      failures.push(`${word} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  console.log(
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "processor"}\n`,
  );
  console.log(formatTable(rows));
  const missed = rows.flatMap(({ aims = [] }) => aims).filter(({ isMet }) => !isMet);
  console.log(
    `\n${missed.length === 0 ? "Every aim is met." : `${missed.length} aims are missed.`}`,
  );
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
}

/** How many pairs: fewer for a quick run. */
function pairs(count: number): number {
  return options.quick ? 2 : count;
}
