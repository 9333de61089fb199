import type { Runtime } from "../runtime.ts";
import type { ResourceRecord, Subject } from "../records/resource-record.ts";
import type { Verdict } from "../records/verdict.ts";
import { owesRefresh, type Seen } from "./gating.ts";
import { type Finding, observeAfresh } from "./observe.ts";

/**
 * What is to be changed lies on something that must be there: below a mount point, where without the mount there is another
 * directory. It may be gone, and no event of that have come yet: so it is observed anew before each change, and what
 * was seen of the resource is only taken where that was there before and after. Then it waits for what it lies on.
 *
 * What is in sync costs nothing, and neither does what lies on nothing.
 */
export async function observeCarried(
  runtime: Runtime,
  subject: Subject,
  seen: Finding,
): Promise<Finding | Extract<Verdict, { readonly type: "blocked" }>> {
  const carriers = subject.record.dependencies.filter(
    ({ declared: { kind } }) => kind.carries !== undefined,
  );
  if (carriers.length === 0 || seen.type === "unknown") return seen;
  if (!mayBeChanged(runtime, subject, seen)) return seen;
  const before = await missingOf(runtime, subject, carriers);
  if (before !== undefined) return waitFor(runtime, subject, before);
  const again = await observeAfresh(runtime, subject);
  const after = await missingOf(runtime, subject, carriers);
  return after === undefined ? again : waitFor(runtime, subject, after);
}

function mayBeChanged(runtime: Runtime, subject: Subject, { changes }: Seen): boolean {
  const isHeld = subject.declared.resource.meta.noop === true;
  if (isHeld || runtime.isDetectOnly(subject.record)) return false;
  return changes.length > 0 || owesRefresh(runtime, subject);
}

async function missingOf(
  runtime: Runtime,
  { record }: Subject,
  carriers: readonly ResourceRecord[],
): Promise<ResourceRecord | undefined> {
  for (const carrier of carriers) {
    if (!(await isCarrying(runtime, record, carrier))) return carrier;
  }
  return undefined;
}

/** In the time of the resource that waits for it. Where its author ignores the difference, it carries. */
async function isCarrying(
  runtime: Runtime,
  record: ResourceRecord,
  { declared }: ResourceRecord,
): Promise<boolean> {
  const found = await observeAfresh(runtime, { record, declared });
  if (found.type === "unknown") return false;
  if (found.changes.length === 0) return true;
  return declared.kind.carries?.(declared.resource.spec, found.observed) !== false;
}

/**
 * Has the missing one observed, and the resource after it. One that is not repaired, because it is only observed, is not
 * waited for again and again: its next change is reported to all that are blocked by it.
 */
function waitFor(runtime: Runtime, { record }: Subject, carrier: ResourceRecord) {
  const isRepaired = carrier.status.type !== "Drifted";
  if (isRepaired) {
    runtime.hint(carrier, "poll", `${record.id} lies on it`);
    // Whatever becomes of it, and however early.
    runtime.hint(record, "dependency", carrier.id);
  }
  const reason = "what it lies on is not there";
  return { type: "blocked", by: carrier.id, reason } as const;
}
