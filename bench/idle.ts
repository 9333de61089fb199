import { setTimeout as sleep } from "node:timers/promises";
import { serveCommand } from "./drift.ts";
import { createPolicy, FOLDER, fill } from "./policy.ts";
import { floorScript, processorMs, residentMib } from "./processes.ts";
import { aimAtMost, type Row } from "./row.ts";
import { startServed } from "./served.ts";

/**
 * How long a process that has just started is left alone before it counts as idle, in milliseconds: after five seconds
 * the agent gives back what its first pass took.
 */
const SETTLE_MS = 8_000;

/** What watching costs while nothing happens, against a script that watches one folder. */
export async function benchIdle(fileCount: number, periodMs: number): Promise<readonly Row[]> {
  using policy = createPolicy(fileCount, { isChain: false });
  fill(policy);
  await using holdfast = await startServed(serveCommand(policy));
  const floorCommand = [
    ...floorScript("watch-repair.js"),
    policy.manifestPath,
    policy.root,
    FOLDER,
  ];
  await using floor = await startServed(floorCommand);
  await sleep(SETTLE_MS);
  const before = [processorMs(holdfast.processId), processorMs(floor.processId)] as const;
  await sleep(periodMs);
  const share = ((processorMs(holdfast.processId) - before[0]) / periodMs) * 100;
  const floorShare = ((processorMs(floor.processId) - before[1]) / periodMs) * 100;
  const resident = residentMib(holdfast.processId);
  const floorResident = residentMib(floor.processId);
  const what = `${fileCount.toLocaleString("en")} watched, ${Math.round(periodMs / 1000)} s`;
  return [
    {
      name: `idle memory, ${what}`,
      unit: "MiB",
      value: resident,
      floor: floorResident,
      ratio: resident / floorResident,
      aims: [aimAtMost(resident, 75, "MiB")],
    },
    {
      name: `idle processor, ${what}`,
      unit: "%",
      value: share,
      floor: floorShare,
      ...(floorShare === 0 ? {} : { ratio: share / floorShare }),
      aims: [aimAtMost(share, 0.2, "%")],
    },
  ];
}
