import type { PlantedBug } from "./planted-bug.ts";

/** Mistakes in what is ready, and in who waits for it. */
export const HEALTH_BUGS: readonly PlantedBug[] = [
  {
    name: "what is not ready holds nobody back",
    breaks: "K11",
    file: "packages/core/src/health/judge-health.ts",
    from: 'if (word === "Healthy") return undefined;',
    to: 'if (word !== "Degraded") return undefined;',
    foundBy: { type: "histories", within: 30 },
  },
  {
    name: "what becomes ready releases nobody",
    breaks: "K11",
    file: "packages/engine/src/health/health-checks.ts",
    from: "if (healthRecord.unready !== wasUnready) {",
    to: "if (healthRecord.unready !== wasUnready && healthRecord.unready !== undefined) {",
    foundBy: { type: "histories", within: 30 },
  },
  {
    name: "what was changed need not prove itself afresh",
    breaks: "K11",
    file: "packages/engine/src/health/health-checks.ts",
    from: "if (hasChanged || (!isReady && healthRecord.isProbed)) {",
    to: "if (!isReady && healthRecord.isProbed) {",
    foundBy: { type: "tests", files: ["packages/engine/src/testing/health.test.ts"] },
  },
  {
    name: "checks that are new to a resource hold back its direct dependents only",
    breaks: "K11",
    file: "packages/engine/src/desired/concerned-by.ts",
    from: "if (isHeld) held.add(record);",
    to: "",
    foundBy: { type: "tests", files: ["packages/engine/src/testing/health.test.ts"] },
  },
];
