import { type IncomingMessage, request } from "node:http";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { socketUnder } from "./ask.ts";
import { serveCommand } from "../drift.ts";
import { createPolicy, fill } from "../policy.ts";
import type { Row } from "../row.ts";
import { startServed } from "../served.ts";

/** How long the first pass is left to settle. */
const SETTLE_MS = 1_100;
/** The longest that events are waited for. */
const PATIENCE_MS = 120_000;

/** From many drifts at once to the last word of each repair at the last of some clients, each a connection. */
export async function benchEvents(
  fileCount: number,
  { drifts, clients }: { readonly drifts: number; readonly clients: number },
): Promise<readonly Row[]> {
  using policy = createPolicy(fileCount, { isChain: false });
  fill(policy);
  await using _holdfast = await startServed(serveCommand(policy));
  await sleep(SETTLE_MS);
  const listeners = await Promise.all(
    Array.from({ length: clients }, () => listen(socketUnder(policy.root), drifts)),
  );
  const start = performance.now();
  for (const { name } of policy.files.slice(0, drifts)) writeFileSync(policy.root + name, "bad\n");
  const counts = await Promise.all(listeners.map(({ trigger }) => trigger));
  const elapsedMs = performance.now() - start;
  const delivered = counts.reduce((sum, count) => sum + count, 0);
  return [
    {
      name: `events of ${drifts} drifts and their repairs, to ${clients} clients`,
      unit: "/s",
      value: delivered / (elapsedMs / 1000),
    },
  ];
}

/** A client that listens, and counts until it has got so many repairs. */
interface Listener {
  /** How many events that were. */
  readonly trigger: Promise<number>;
}

async function listen(socketPath: string, repairs: number): Promise<Listener> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({ socketPath, path: "/events", agent: false }, resolve);
    asked.on("error", reject).end();
  });
  const ready = Promise.withResolvers<void>();
  const trigger = Promise.withResolvers<number>();
  const late = setTimeout(() => trigger.reject(new Error("events are missing")), PATIENCE_MS);
  const repaired = new Set<string>();
  let count = 0;
  let rest = "";
  response.setEncoding("utf8").on("data", (chunk: string) => {
    ready.resolve();
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, type] = /^event: (.*)$/m.exec(block) ?? [];
      if (type === undefined) continue;
      count += 1;
      if (type === "result") repaired.add(/"id":"([^"]*)"/.exec(block)?.[1] ?? "");
    }
    if (repaired.size < repairs) return;
    clearTimeout(late);
    response.destroy();
    trigger.resolve(count);
  });
  // A client that is cut off has not got everything.
  response.on("error", trigger.reject);
  await ready.promise;
  return { trigger: trigger.promise };
}
