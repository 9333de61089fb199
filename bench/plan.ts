import { measurePairs } from "./pairs.ts";
import { createPolicy, fill } from "./policy.ts";
import { floorScript, HOLDFAST, time } from "./processes.ts";
import { aimAtRatio, type Row } from "./row.ts";

/** A plan that finds nothing to do, as a whole process, against reading and comparing the same files. */
export async function benchPlan(fileCount: number, pairCount: number): Promise<Row> {
  using policy = createPolicy(fileCount, { isChain: false });
  fill(policy);
  const { manifestPath, root } = policy;
  const plan = [...HOLDFAST, "plan", manifestPath, "--root", root];
  const pairs = await measurePairs(
    pairCount,
    () => time([...plan, "--out", "json", "--detailed-exit-codes"]),
    () => time([...floorScript("read-compare.js"), manifestPath, root]),
  );
  const aims = fileCount === 2_000 ? [aimAtRatio(pairs.ratio, 2)] : [];
  const name = `no-op plan of ${fileCount.toLocaleString("en")} files`;
  return { name, unit: "ms", ...pairs, aims };
}
