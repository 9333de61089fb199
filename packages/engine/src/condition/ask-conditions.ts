import type { Tracked } from "../reconcile/tracked.ts";
import type { Runtime } from "../runtime.ts";

/** What the conditions of each lack as of now, in words. */
export async function askConditions(
  runtime: Runtime,
  ordered: readonly Tracked[],
): Promise<ReadonlyMap<Tracked, string>> {
  const stamp = runtime.nextStamp();
  const unmet = new Map<Tracked, string>();
  const conditioned = ordered.filter(({ declared }) => declared.resource.meta.condition);
  const asking = conditioned.map(async (tracked) => {
    const missing = await runtime.known.ask({ tracked, declared: tracked.declared }, stamp);
    if (missing !== undefined) unmet.set(tracked, missing);
  });
  await Promise.all(asking);
  return unmet;
}
