import { writeFileSync } from "node:fs";
import { measurePairs } from "./pairs.ts";
import { clear, createPolicy, fill, type Policy } from "./policy.ts";
import { floorScript, HOLDFAST, time } from "./processes.ts";
import type { Row } from "./row.ts";

/** A first apply onto an empty root, every file durable at the end, against only writing them durably. */
export async function benchFirstApply(fileCount: number, pairCount: number): Promise<Row> {
  using policy = createPolicy(fileCount, { isChain: false });
  const pairs = await measureWrites(policy, pairCount, 64);
  return { name: `durable first apply of ${fileCount.toLocaleString("en")}`, unit: "ms", ...pairs };
}

/** A first apply of files that each wait for the one before, against writing them durably one by one. */
export async function benchChain(fileCount: number, pairCount: number): Promise<Row> {
  using policy = createPolicy(fileCount, { isChain: true });
  const pairs = await measureWrites(policy, pairCount, 1);
  return { name: `durable first apply of a chain of ${fileCount}`, unit: "ms", ...pairs };
}

/** An apply that finds a few files changed, against reading all, comparing, and writing those durably. */
export async function benchRepair(
  fileCount: number,
  driftedCount: number,
  pairCount: number,
): Promise<Row> {
  using policy = createPolicy(fileCount, { isChain: false });
  const { manifestPath, root } = policy;
  const apply = [...HOLDFAST, "apply", manifestPath, "--root", root, "--out", "json"];
  const floor = [...floorScript("read-compare.js"), manifestPath, root, "repair"];
  fill(policy);
  const pairs = await measurePairs(
    pairCount,
    () => {
      drift(policy, driftedCount);
      return time([...apply, "--detailed-exit-codes"], 2);
    },
    () => {
      drift(policy, driftedCount);
      return time(floor);
    },
  );
  const name = `repair of ${driftedCount} drifted of ${fileCount.toLocaleString("en")}`;
  return { name, unit: "ms", ...pairs };
}

async function measureWrites(
  policy: Policy,
  pairCount: number,
  inFlight: number,
): Promise<Pick<Row, "value"> & { readonly floor: number; readonly ratio: number }> {
  const { manifestPath, root } = policy;
  const apply = [...HOLDFAST, "apply", manifestPath, "--root", root, "--out", "json"];
  const floor = [...floorScript("durable-write.js"), manifestPath, root, String(inFlight)];
  return await measurePairs(
    pairCount,
    () => {
      clear(policy);
      return time([...apply, "--detailed-exit-codes"], 2);
    },
    () => {
      clear(policy);
      return time(floor);
    },
  );
}

function drift({ root, files }: Policy, count: number): void {
  const step = Math.floor(files.length / count);
  for (let index = 0; index < count; index++) {
    writeFileSync(root + (files[index * step]?.name ?? ""), "drifted\n");
  }
}
