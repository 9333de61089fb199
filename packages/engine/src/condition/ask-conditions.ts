import type { ResourceRecord } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";

/** What the conditions of each lack as of now, in words. */
export async function askConditions(
  runtime: Runtime,
  ordered: readonly ResourceRecord[],
): Promise<ReadonlyMap<ResourceRecord, string>> {
  const stamp = runtime.nextStamp();
  const unmet = new Map<ResourceRecord, string>();
  const conditioned = ordered.filter(({ declared }) => declared.resource.meta.condition);
  const asking = conditioned.map(async (record) => {
    const missing = await runtime.known.ask({ record, declared: record.declared }, stamp);
    if (missing !== undefined) unmet.set(record, missing);
  });
  await Promise.all(asking);
  return unmet;
}
