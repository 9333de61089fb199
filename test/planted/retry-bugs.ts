import type { PlantedBug } from "./planted-bug.ts";

/** Mistakes in what follows a verdict: retries, limits, and who is informed. */
export const RETRY_BUGS: readonly PlantedBug[] = [
  {
    name: "noop is lost",
    breaks: "T: noop lost in groups or in the loop",
    file: "packages/engine/src/reconcile/gating.ts",
    from: "isNoop: declared.resource.meta.noop === true,",
    to: "isNoop: false,",
    foundBy: { type: "histories", within: 10 },
  },
  {
    name: "detect mode applies",
    breaks: "D17",
    file: "packages/engine/src/reconcile/gating.ts",
    from: "isDetectOnly: runtime.isDetectOnly(record),",
    to: "isDetectOnly: false,",
    foundBy: { type: "histories", within: 30 },
  },
  {
    name: "a policy for one resource is forgotten",
    breaks: "D17",
    file: "packages/engine/src/desired/desired-state.ts",
    from: "this.#detectOnly = desired.detectOnly ?? new Set();",
    to: "",
    foundBy: { type: "histories", within: 30 },
  },
  {
    name: "a failure is never retried",
    breaks: "D2, promise 7",
    file: "packages/engine/src/reconcile/settle.ts",
    from: 'record.alarms.set("retry", record.retryAtMs, runtime.schedule);',
    to: "",
    foundBy: { type: "histories", within: 10 },
  },
  {
    name: "nothing is observed without a hint",
    breaks: "promise 1",
    file: "packages/engine/src/reconcile/settle.ts",
    from: 'record.alarms.set("resync", atMs, runtime.schedule);',
    to: "",
    foundBy: { type: "histories", within: 10 },
  },
  {
    name: "a limit on one resource holds all",
    breaks: "promise 6, T: one flapping file stalls all",
    file: "packages/engine/src/reconcile/gating.ts",
    from: "record.bucket ??= new TokenBucket(rate, runtime.clock.monotonicMs());\n  return record.bucket;",
    to: "const shared = runtime.snapshots as unknown as { bucket?: TokenBucket };\n  return (shared.bucket ??= new TokenBucket({ perSecond: 0.2, burst: 2 }, runtime.clock.monotonicMs()));",
    foundBy: { type: "histories", within: 30 },
  },
  {
    name: "a planned retry outlives the attempt that was asked for",
    breaks: "promise 7, D6",
    file: "packages/engine/src/records/resource-record.ts",
    from: 'record.alarms.clear("retry", schedule);',
    to: "",
    foundBy: { type: "tests", files: ["packages/engine/src/testing/news.test.ts"] },
  },
  {
    name: "dependents of a failure are not released",
    breaks: "promise 4",
    file: "packages/engine/src/reconcile/settle.ts",
    from: "const isOutdated = isBlocked && !isSameBlocker(status, blockerOf(dependent));",
    to: "const isOutdated = false;",
    foundBy: { type: "histories", within: 90 },
  },
  {
    name: "a retry is as slow as a hint: it waits for the limiter",
    breaks: "promise 6, D3",
    file: "packages/engine/src/reconcile/gating.ts",
    from: 'hints.kinds.has("retry")\n    ? undefined',
    to: 'hints.kinds.has("operator")\n    ? undefined',
    foundBy: {
      type: "tests",
      files: [
        "packages/engine/src/testing/retry.test.ts",
        "packages/engine/src/queue/limits.test.ts",
        "packages/engine/src/testing/serve.test.ts",
      ],
    },
  },
];
