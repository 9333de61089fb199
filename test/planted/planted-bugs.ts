// Long because: it is a table.

/** One mistake that could be made in the production code, and the tests that must notice it. */
export interface PlantedBug {
  /** What goes wrong. */
  readonly name: string;
  /** What it breaks: a promise of the engine, or an id of the exact behaviours. */
  readonly breaks: string;
  /** From the repository's root. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** The test files that run with the mistake in place. */
  readonly foundBy: readonly string[];
}

const ENGINE = "packages/engine/src";
const PROOF = `${ENGINE}/proof`;
const WRITE = "packages/host/src/files/write";
const CRASH = ["test/crash/crash.test.ts"];

/** The mistakes, each a patch of real lines. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "a hint within the window is dropped",
    breaks: "promise 2, D4",
    file: `${ENGINE}/intake.ts`,
    from: "schedule.set(tracked.alarms.window, admission.atMs);",
    to: "",
    foundBy: [`${PROOF}/serve.test.ts`],
  },
  {
    name: "the coalescer drops the last of a burst",
    breaks: "promise 5, D4",
    file: `${ENGINE}/intake.ts`,
    from: "this.#enqueue(tracked, trailing);",
    to: "",
    foundBy: [`${PROOF}/serve.test.ts`],
  },
  {
    name: "nothing is verified",
    breaks: "design §4",
    file: `${ENGINE}/reconcile/attempt.ts`,
    from: 'if (after.changes.length === 0) return { type: "verified"',
    to: 'if (after.changes.length >= 0) return { type: "verified"',
    foundBy: [`${PROOF}/pass.test.ts`],
  },
  {
    name: "a dependent starts before its dependency ended",
    breaks: "promise 4",
    file: `${ENGINE}/queue/work-queue.ts`,
    from: "if (hints === undefined || item.work.isProcessing || item.work.busyDependencies > 0) continue;",
    to: "if (hints === undefined || item.work.isProcessing) continue;",
    foundBy: [`${ENGINE}/queue/work-queue.test.ts`],
  },
  {
    name: "a hint during processing is lost",
    breaks: "promise 2",
    file: `${ENGINE}/queue/work-queue.ts`,
    from: "else this.#lineUp(item);\n  }\n\n  /** Forgets",
    to: "\n  }\n\n  /** Forgets",
    foundBy: [`${ENGINE}/queue/work-queue.test.ts`],
  },
  {
    name: "dependents run after a failure",
    breaks: "promise 4",
    file: `${ENGINE}/reconcile/reconcile.ts`,
    from: "const blocker = runtime.haltedBy ?? blockerOf(tracked);",
    to: "const blocker = runtime.haltedBy;",
    foundBy: [`${PROOF}/pass.test.ts`],
  },
  {
    name: "noop is lost",
    breaks: "T: noop lost in groups or in the loop",
    file: `${ENGINE}/reconcile/gating.ts`,
    from: "isNoop: declared.resource.meta.noop === true,",
    to: "isNoop: false,",
    foundBy: [`${PROOF}/group.test.ts`],
  },
  {
    name: "detect mode applies",
    breaks: "D17",
    file: `${ENGINE}/reconcile/gating.ts`,
    from: 'isDetectOnly: runtime.mode === "detect",',
    to: "isDetectOnly: false,",
    foundBy: [`${PROOF}/serve.test.ts`],
  },
  {
    name: "a failure is never retried",
    breaks: "D2, promise 7",
    file: `${ENGINE}/reconcile/settle.ts`,
    from: "runtime.schedule.set(tracked.alarms.retry, tracked.retryAtMs);",
    to: "",
    foundBy: [`${PROOF}/retry.test.ts`],
  },
  {
    name: "an overflow resyncs nothing",
    breaks: "D10, promise 1",
    file: `${ENGINE}/serve/watches.ts`,
    from: 'overflow: () => this.#hintAll("events were lost"),',
    to: "overflow: () => {},",
    foundBy: [`${PROOF}/serve.test.ts`],
  },
  {
    name: "nothing is looked at without a hint",
    breaks: "promise 1",
    file: `${ENGINE}/reconcile/settle.ts`,
    from: "runtime.schedule.set(tracked.alarms.resync, atMs);",
    to: "",
    foundBy: [`${PROOF}/chaos.test.ts`],
  },
  {
    name: "an echo of our own attempt is taken for an outside event",
    breaks: "promise 8, D6",
    file: `${ENGINE}/reconcile/reconcile.ts`,
    from: "if (isOurOwnDoing) return",
    to: "if (isOurOwnDoing && false) return",
    foundBy: [`${PROOF}/retry.test.ts`],
  },
  {
    name: "the attempts never end at full rate",
    breaks: "promise 7, D6",
    file: `${ENGINE}/queue/backoff.ts`,
    from: "failures >= attempts ? capMs : Math.min(capMs, grown)",
    to: "Math.min(capMs, grown)",
    foundBy: [`${PROOF}/retry.test.ts`],
  },
  {
    name: "tokens do not come back",
    breaks: "promise 6, D5",
    file: `${ENGINE}/queue/token-bucket.ts`,
    from: "this.#tokens = Math.min(burst, this.#tokens + gained);",
    to: "this.#tokens = Math.min(burst, this.#tokens);",
    foundBy: [`${ENGINE}/queue/limits.test.ts`, `${PROOF}/serve.test.ts`],
  },
  {
    name: "a look spends a token",
    breaks: "promise 6, D5",
    file: `${ENGINE}/reconcile/reconcile.ts`,
    from: "const isRefreshOwed = seen.changes.length === 0",
    to: "bucketOf(runtime, tracked).spend(runtime.clock.monotonicMs());\n  const isRefreshOwed = seen.changes.length === 0",
    foundBy: [`${PROOF}/serve.test.ts`],
  },
  {
    name: "a status says Ready while work is under way",
    breaks: "design §8",
    file: `${ENGINE}/reconcile/attempt.ts`,
    from: 'type: "Reconciling",',
    to: 'type: "Ready", details: {},',
    foundBy: [`${PROOF}/reload.test.ts`],
  },
  {
    name: "a snapshot is used too late",
    breaks: "design §4",
    file: `${ENGINE}/reconcile/snapshots.ts`,
    from: "latest?.members.has(tracked) === true && latest.stamp > neededAfter",
    to: "latest?.members.has(tracked) === true",
    foundBy: [`${PROOF}/snapshot.test.ts`],
  },
  {
    name: "an apply does not wait for its intent",
    breaks: "promise 9",
    file: `${ENGINE}/reconcile/attempt.ts`,
    from: "await runtime.ledger.begin(intent, runtime.killed);",
    to: "runtime.ledger.begin(intent, runtime.killed).catch(() => {});",
    foundBy: [`${PROOF}/pass.test.ts`],
  },
  {
    name: "what a cut-off attempt left is not cleared",
    breaks: "promise 9",
    file: `${ENGINE}/reconcile/leftovers.ts`,
    from: "if (leftovers.length === 0 ||",
    to: "if (leftovers.length >= 0 ||",
    foundBy: [`${PROOF}/crash.test.ts`],
  },
  {
    name: "a refresh is owed for ever",
    breaks: "design §4, notify",
    file: `${ENGINE}/reconcile/attempt.ts`,
    from: "await runtime.ledger.refreshed(tracked.id, runtime.killed);",
    to: "",
    foundBy: [`${PROOF}/pass.test.ts`],
  },
  {
    name: "the first look comes before the watches are live",
    breaks: "promise 3, D2",
    file: `${ENGINE}/engine.ts`,
    from: "await this.#watches.update(this.#population.ordered);\n    await this.#pass();",
    to: "await this.#pass();\n    await this.#watches.update(this.#population.ordered);",
    foundBy: [`${PROOF}/serve.test.ts`],
  },
  {
    name: "a watch that ended is not set up again",
    breaks: "D9",
    file: `${ENGINE}/serve/watches.ts`,
    from: "this.#runtime.schedule.set(this.#restart, now + delayMs);",
    to: "",
    foundBy: [`${PROOF}/watch.test.ts`],
  },
  {
    name: "running work is never aborted",
    breaks: "promise 12, D14",
    file: `${ENGINE}/serve/stop.ts`,
    from: "clock.schedule(graceMs, () => killSwitch.pull(graceIsOver(graceMs))),",
    to: "",
    foundBy: [`${PROOF}/stop.test.ts`],
  },
  {
    name: "two are in one lane",
    breaks: "promise 10",
    file: `${ENGINE}/queue/lanes.ts`,
    from: "    lane.waiting.push(item);\n    return false;",
    to: "    return true;",
    foundBy: [`${ENGINE}/queue/lanes.test.ts`],
  },
  {
    name: "unknown is taken for absent",
    breaks: "design §4, T: unreachable reads as empty",
    file: `${ENGINE}/reconcile/look.ts`,
    from: 'if (observation.type === "unknown") return observation;',
    to: "",
    foundBy: [`${PROOF}/pass.test.ts`],
  },
  {
    name: "a reload changes what a running apply is verified by",
    breaks: "promise 14",
    file: `${ENGINE}/reconcile/attempt.ts`,
    from: "const after = await lookAfresh(runtime, open.approved);",
    to: "const after = await lookAfresh(runtime, { tracked, declared: tracked.declared });",
    foundBy: [`${PROOF}/reload.test.ts`],
  },
  {
    name: "a file is renamed before its content is on the disk",
    breaks: "K1",
    file: `${WRITE}/temporary-file.ts`,
    from: "await calls.sync(file);",
    to: "",
    foundBy: CRASH,
  },
  {
    name: "a rename is not made durable",
    breaks: "K1",
    file: `${WRITE}/write-file.ts`,
    from: "await tools.directorySyncs.sync(place.directory);",
    to: "",
    foundBy: CRASH,
  },
  {
    name: "the key of a one-shot is not durable before its effect",
    breaks: "K5, promise 9",
    file: "packages/resources/src/exec/apply.ts",
    from: "await oneShots.begin(key, signal);",
    to: "",
    foundBy: [...CRASH, "packages/resources/src/exec/kind.test.ts"],
  },
];
