import { writeFileSync } from "node:fs";
import { ask, socketUnder } from "./ask.ts";
import { serveCommand } from "../drift.ts";
import { measurePairs, percentile } from "../pairs.ts";
import { createPolicy, fill } from "../policy.ts";
import { floorScript, HOLDFAST, time } from "../processes.ts";
import { aimAtMost, type Row } from "../row.ts";
import { startServed } from "../served.ts";

/** Before a question counts, what runs often has been compiled. */
const WARM_UP = 50;

/** What a serving agent answers from what it knows: its status on the socket, and a whole plan from the shell. */
export async function benchStatus(
  fileCount: number,
  { questions, pairs }: { readonly questions: number; readonly pairs: number },
): Promise<readonly Row[]> {
  using policy = createPolicy(fileCount, { isChain: false });
  fill(policy);
  const { root, manifestPath } = policy;
  await using _holdfast = await startServed(serveCommand(policy));
  const { text } = await ask(socketUnder(root), "GET", "/status");
  const textPath = `${manifestPath}.status`;
  const plainSocket = `${manifestPath}.sock`;
  writeFileSync(textPath, text);
  await using _floor = await startServed([...floorScript("serve-text.js"), plainSocket, textPath]);
  const [statuses, floors] = await askInTurn([socketUnder(root), plainSocket], questions);
  const plan = [...HOLDFAST, "plan", "--root", root];
  const planned = await measurePairs(
    pairs,
    () => time(plan),
    () => time([process.execPath, "-e", "0"]),
  );
  const what = `${fileCount.toLocaleString("en")} watched`;
  return [
    ...[0.5, 0.99].map((share): Row => {
      const [value, floor] = [percentile(statuses, share), percentile(floors, share)];
      const name = `status on the socket, p${share * 100} of ${questions}, ${what}`;
      return { name, unit: "ms", value, floor, ratio: value / floor };
    }),
    {
      name: `plan of the agent from the shell, ${what}`,
      unit: "ms",
      ...planned,
      aims: [aimAtMost(planned.value, 100, "ms")],
    },
  ];
}

async function askInTurn(
  [socketPath, floorPath]: readonly [string, string],
  count: number,
): Promise<readonly [readonly number[], readonly number[]]> {
  const [ours, floors]: [number[], number[]] = [[], []];
  for (let at = -WARM_UP; at < count; at++) {
    const [one, other] = [await timed(socketPath), await timed(floorPath)];
    if (at < 0) continue;
    ours.push(one);
    floors.push(other);
  }
  return [ours, floors];
}

async function timed(socketPath: string): Promise<number> {
  const start = performance.now();
  const { status } = await ask(socketPath, "GET", "/status");
  if (status !== 200) throw new Error(`a status was answered with ${status}`);
  return performance.now() - start;
}
