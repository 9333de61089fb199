import { measurePairs } from "./pairs.ts";
import { HOLDFAST, time } from "./processes.ts";
import type { Row } from "./row.ts";

/** The command that does least, against a Node that does nothing. */
export async function benchStart(pairCount: number): Promise<Row> {
  const pairs = await measurePairs(
    pairCount,
    () => time([...HOLDFAST, "version"]),
    () => time([process.execPath, "-e", "0"]),
  );
  return { name: "cold start of holdfast version", unit: "ms", ...pairs };
}
