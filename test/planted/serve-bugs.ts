import type { PlantedBug } from "./planted-bug.ts";

/** Mistakes in watches, snapshots, reloads and stops. */
export const SERVE_BUGS: readonly PlantedBug[] = [
  {
    name: "an overflow resyncs nothing",
    breaks: "D10, promise 1",
    file: "packages/engine/src/serve/watches.ts",
    from: 'overflow: () => this.#hintAll("events were lost"),',
    to: "overflow: () => {},",
    foundBy: { type: "histories", within: 10 },
  },
  {
    name: "a snapshot is used too late",
    breaks: "design §4",
    file: "packages/engine/src/reconcile/snapshots.ts",
    from: "latest?.members.has(tracked) === true && latest.stamp > neededAfter",
    to: "latest?.members.has(tracked) === true",
    foundBy: { type: "tests", files: ["packages/engine/src/proof/snapshot.test.ts"] },
  },
  {
    name: "a watch that ended is not set up again",
    breaks: "D9",
    file: "packages/engine/src/serve/watches.ts",
    from: "this.#runtime.schedule.set(this.#restart, now + delayMs);",
    to: "",
    foundBy: { type: "histories", within: 10 },
  },
  {
    name: "running work is never aborted",
    breaks: "promise 12, D14",
    file: "packages/engine/src/serve/stop.ts",
    from: "clock.schedule(graceMs, () => killSwitch.pull(graceIsOver(graceMs))),",
    to: "",
    foundBy: { type: "tests", files: ["packages/engine/src/proof/stop.test.ts"] },
  },
  {
    name: "a reload forgets the count of failures",
    breaks: "D18",
    file: "packages/engine/src/reconcile/population.ts",
    from: "if (isSameDeclaration(known.declared.resource, resource)) return known;",
    to: "if (false) return known;",
    foundBy: { type: "tests", files: ["packages/engine/src/proof/reload.test.ts"] },
  },
  {
    name: "the grace never ends",
    breaks: "promise 12, D14",
    file: "packages/engine/src/serve/stop.ts",
    from: "clock.schedule(graceMs + ABORTED_GRACE_MS, onGivenUp),",
    to: "",
    foundBy: { type: "tests", files: ["packages/engine/src/proof/stop.test.ts"] },
  },
  {
    name: "a resource that left goes on being kept",
    breaks: "D18",
    file: "packages/engine/src/reconcile/population.ts",
    from: "for (const record of gone) retire(record);",
    to: "",
    foundBy: { type: "histories", within: 30 },
  },
];
