import type { PlantedBug } from "./planted-bug.ts";

/** Mistakes in what waits for the machine. */
export const CONDITION_BUGS: readonly PlantedBug[] = [
  {
    name: "gates are skipped in the first pass",
    breaks: "D11",
    file: "packages/engine/src/reconcile/gating.ts",
    from: "const unmetCondition = await runtime.known.askForRun(run, stamp);",
    to: 'const unmetCondition = run.statusBefore.type === "Pending" ? undefined : await runtime.known.askForRun(run, stamp);',
    foundBy: { type: "histories", within: 10 },
  },
  {
    name: "a condition that opens hints nobody",
    breaks: "D11, B5",
    file: "packages/engine/src/condition/known-conditions.ts",
    from: "this.#tell(user, condition);",
    to: "",
    foundBy: { type: "histories", within: 10 },
  },
  {
    name: "a failure while the condition closes counts",
    breaks: "D11",
    file: "packages/engine/src/reconcile/gating.ts",
    from: 'if (verdict.type !== "failed" && verdict.type !== "unknown") return settled;',
    to: "return settled;",
    foundBy: { type: "tests", files: ["packages/engine/src/testing/condition.test.ts"] },
  },
  {
    name: "what was known of a condition before the hint is believed",
    breaks: "promise 1, D11",
    file: "packages/engine/src/condition/known-conditions.ts",
    from: "filter((leaf) => leaf.stamp <= neededAfter)",
    to: "filter((leaf) => leaf.truth === undefined)",
    foundBy: { type: "histories", within: 30 },
  },
  {
    name: "a condition that closes between observe and apply is not asked again",
    breaks: "D11",
    file: "packages/engine/src/reconcile/gating.ts",
    from: "...(unmetCondition === undefined ? {} : { unmetCondition }),\n    ...(hold",
    to: "...(hold",
    foundBy: { type: "tests", files: ["packages/engine/src/testing/condition.test.ts"] },
  },
];
