import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { serveCommand } from "../drift.ts";
import { percentile } from "../pairs.ts";
import { createPolicy, fill, type Policy } from "../policy.ts";
import { residentMib } from "../processes.ts";
import { aimAtMost, type Row } from "../row.ts";
import { type Served, startServed, waitForEvent } from "../served.ts";
import { ask, socketUnder } from "./ask.ts";

/** How long the first pass is left to settle, and hostile readers to take what they get; in milliseconds. */
const SETTLE_MS = 8_000;
const HOSTILE = fileURLToPath(new URL("hostile-reader.ts", import.meta.url));

/** What an operator and a drift wait for, in milliseconds. */
interface Waits {
  readonly pauseMs: readonly number[];
  readonly repairMs: readonly number[];
  readonly residentMib: number;
}

/**
 * An operator who pauses and resumes, and a drift that is repaired, beside readers that ask for all they can: connections
 * that read nothing, event streams, plans without end, patterns that cost most. The floor is the same without them.
 */
export async function benchReaders(fileCount: number, rounds: number): Promise<readonly Row[]> {
  if (process.geteuid?.() !== 0) throw new Error("readers of another user take root to start");
  using policy = createPolicy(fileCount, { isChain: false });
  fill(policy);
  await using agent = await startServed([...serveCommand(policy), "--readers", "nogroup"]);
  await sleep(SETTLE_MS);
  const alone = await operate(policy, agent, { from: 0, rounds });
  await using _hostile = await startServed([process.execPath, HOSTILE, groupId("nogroup")], {
    cwd: `${policy.root}/run/holdfast`,
  });
  await sleep(SETTLE_MS);
  const beside = await operate(policy, agent, { from: rounds, rounds });
  return [
    ...compare("pause and resume", beside.pauseMs, alone.pauseMs),
    ...compare("drift to repaired", beside.repairMs, alone.repairMs),
    {
      name: "memory of the agent beside hostile readers",
      unit: "MiB",
      value: beside.residentMib,
      floor: alone.residentMib,
      ratio: beside.residentMib / alone.residentMib,
    },
  ];
}

function compare(what: string, beside: readonly number[], alone: readonly number[]): Row[] {
  return [0.5, 1].map((share) => {
    const [value, floor] = [percentile(beside, share), percentile(alone, share)];
    const label = share === 1 ? "longest" : `p${share * 100}`;
    const name = `${what} beside hostile readers, ${label} of ${beside.length}`;
    return {
      name,
      unit: "ms",
      value,
      floor,
      ratio: value / floor,
      aims: [aimAtMost(value, 1_000, "ms")],
    };
  });
}

/** One operator and one drift after the other. */
async function operate(
  policy: Policy,
  agent: Served,
  { from, rounds }: { readonly from: number; readonly rounds: number },
): Promise<Waits> {
  const [pauseMs, repairMs]: [number[], number[]] = [[], []];
  for (const { name } of policy.files.slice(from, from + rounds)) {
    pauseMs.push(await pauseAndResume(socketUnder(policy.root)));
    const repaired = waitForEvent(
      agent.events,
      ({ type, id }) => type === "result" && id === `file:${name}`,
    );
    const start = performance.now();
    writeFileSync(policy.root + name, "tampered\n");
    await repaired;
    repairMs.push(performance.now() - start);
  }
  return { pauseMs, repairMs, residentMib: residentMib(agent.processId) };
}

async function pauseAndResume(socketPath: string): Promise<number> {
  const start = performance.now();
  for (const order of ["/pause", "/resume"]) {
    const { status } = await ask(socketPath, "POST", order);
    if (status !== 200) throw new Error(`${order} was answered with ${status}`);
  }
  return performance.now() - start;
}

/** The number of a group of this machine. */
function groupId(name: string): string {
  const line = readFileSync("/etc/group", "utf8").match(new RegExp(`^${name}:[^:]*:(\\d+):`, "m"));
  if (line?.[1] === undefined) throw new Error(`there is no group ${name}`);
  return line[1];
}
