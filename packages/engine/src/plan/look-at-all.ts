import { abortFault, throwIfAborted } from "@holdfast/core";
import { KillSwitch } from "../kill-switch.ts";
import { type Look, look } from "../reconcile/look.ts";
import { isReadInBulk } from "../reconcile/snapshots.ts";
import type { Tracked } from "../reconcile/tracked.ts";
import type { Runtime } from "../runtime.ts";

/**
 * Looks at resources beside whatever the engine does to them. Kinds with a bulk read are asked all at once, so that it is
 * one read; the others a few at a time.
 * @throws {Fault} that of the signal.
 */
export async function lookAtAll(
  runtime: Runtime,
  resources: readonly Tracked[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Tracked, Look>> {
  throwIfAborted(signal);
  const asker = new KillSwitch();
  const cut = Promise.withResolvers<never>();
  const onAbort = (): void => {
    asker.pull(abortFault(signal));
    // A bulk read is for others too, and goes on.
    cut.reject(abortFault(signal));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([lookFor(asker, runtime, resources), cut.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function lookFor(
  asker: KillSwitch,
  runtime: Runtime,
  resources: readonly Tracked[],
): Promise<ReadonlyMap<Tracked, Look>> {
  const looks = new Map<Tracked, Look>();
  const lookAt = async (tracked: Tracked): Promise<void> => {
    throwIfAborted(asker.signal);
    looks.set(tracked, await look(runtime, { tracked, declared: tracked.declared, asker }, 0));
  };
  for (const tracked of resources) {
    if (isKnownInSync(runtime, tracked)) looks.set(tracked, AS_DECLARED);
  }
  const usable = resources.filter(
    (tracked) =>
      !looks.has(tracked) && runtime.refusalOf(tracked.declared.resource.kind) === undefined,
  );
  const inBulk = usable.filter(isReadInBulk);
  const single = usable.filter((tracked) => !isReadInBulk(tracked)).values();
  const worker = async (): Promise<void> => {
    for (const tracked of single) await lookAt(tracked);
  };
  const workers = Array.from({ length: runtime.numbers.parallel }, worker);
  await Promise.all([...inBulk.map(lookAt), ...workers]);
  // What was cut off is no finding.
  throwIfAborted(asker.signal);
  return looks;
}

const AS_DECLARED: Look = {
  type: "seen",
  observed: undefined,
  changes: [],
  isFresh: false,
  stamp: 0,
};

/** It was found as declared, and is watched since: the operating system would have told of a change. */
function isKnownInSync(runtime: Runtime, tracked: Tracked): boolean {
  const { status, work, trailing, deferred, wasInSync, isStuck } = tracked;
  if (status.type !== "Ready" || !wasInSync || isStuck) return false;
  const isAskedFor = work.hints !== undefined || work.underWay !== undefined || trailing.length > 0;
  return !isAskedFor && deferred === undefined && runtime.isWatched(tracked);
}
