import { abortFault, throwIfAborted } from "@holdfast/core";
import { AbortGroup } from "../abort-group.ts";
import { refusalOf } from "../reconcile/gating.ts";
import { type Finding, observe } from "../reconcile/observe.ts";
import { isReadInBulk } from "../reconcile/snapshots.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";

/**
 * Observes resources beside the work of the engine on them. Kinds with a bulk read are asked all at once, so that it is
 * one read; the others a few at a time.
 * @throws {Fault} that of the signal.
 */
export async function observeAll(
  runtime: Runtime,
  resources: readonly ResourceRecord[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ResourceRecord, Finding>> {
  throwIfAborted(signal);
  const asker = new AbortGroup();
  const cut = Promise.withResolvers<never>();
  const onAbort = (): void => {
    asker.abort(abortFault(signal));
    // A bulk read is for others too, and goes on.
    cut.reject(abortFault(signal));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([observeFor(asker, runtime, resources), cut.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function observeFor(
  asker: AbortGroup,
  runtime: Runtime,
  resources: readonly ResourceRecord[],
): Promise<ReadonlyMap<ResourceRecord, Finding>> {
  const findings = new Map<ResourceRecord, Finding>();
  const observeOne = async (record: ResourceRecord): Promise<void> => {
    throwIfAborted(asker.signal);
    findings.set(record, await observe(runtime, { record, declared: record.declared, asker }, 0));
  };
  for (const record of resources) {
    if (isKnownInSync(runtime, record)) findings.set(record, AS_DECLARED);
  }
  const usable = resources.filter(
    (record) => !findings.has(record) && refusalOf(runtime, record) === undefined,
  );
  const inBulk = usable.filter(isReadInBulk);
  const single = usable.filter((record) => !isReadInBulk(record)).values();
  const worker = async (): Promise<void> => {
    for (const record of single) await observeOne(record);
  };
  const workers = Array.from({ length: runtime.numbers.parallel }, worker);
  await Promise.all([...inBulk.map(observeOne), ...workers]);
  // What was cut off is no finding.
  throwIfAborted(asker.signal);
  return findings;
}

const AS_DECLARED: Finding = {
  type: "seen",
  observed: undefined,
  changes: [],
  isFresh: false,
  stamp: 0,
};

/** It was found as declared, and the operating system would have reported each change since. */
function isKnownInSync(runtime: Runtime, record: ResourceRecord): boolean {
  const { status, work, trailing, deferred, wasInSync, isStuck, declared } = record;
  if (declared.kind.isFullyWatched?.(declared.resource.spec) === false) return false;
  if (status.type !== "Ready" || !wasInSync || isStuck) return false;
  const isAskedFor = work.hints !== undefined || work.underWay !== undefined || trailing.length > 0;
  return !isAskedFor && deferred === undefined && runtime.isWatched(record);
}
