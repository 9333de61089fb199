import type { PlantedBug } from "./planted-bug.ts";

const CORE_LAWS = { type: "tests", files: ["packages/core/src/removal/removals.test.ts"] } as const;
const ENGINE_LAWS = {
  type: "tests",
  files: ["packages/engine/src/testing/removal.test.ts"],
} as const;

/** Mistakes in what is removed, and when. */
export const REMOVAL_BUGS: readonly PlantedBug[] = [
  {
    name: "what was adopted is removed",
    breaks: "F5",
    file: "packages/core/src/removal/candidate.ts",
    from: 'if (provenance !== "created") return',
    to: "if (provenance === undefined) return",
    foundBy: CORE_LAWS,
  },
  {
    name: "what another manifest declared is removed",
    breaks: "F5",
    file: "packages/core/src/removal/removals.ts",
    from: "else if (declaration.manifest === manifest.name) gone.push",
    to: "else if (declaration.manifest !== undefined) gone.push",
    foundBy: CORE_LAWS,
  },
  {
    name: "a directory is removed that holds what stays",
    breaks: "F5, G8",
    file: "packages/core/src/removal/leave-needed.ts",
    from: "const neededBy = reach(needs, staying.length);",
    to: "const neededBy = reach(needs, 0);",
    foundBy: CORE_LAWS,
  },
  {
    name: "a manifest that declares nothing removes everything",
    breaks: "P5",
    file: "packages/core/src/removal/shrink-guard.ts",
    from: "(!isLarge && !isEmpty)",
    to: "!isLarge",
    foundBy: CORE_LAWS,
  },
  {
    name: "a removal goes on when a person has let go of it",
    breaks: "F5",
    file: "packages/engine/src/records/identity.ts",
    from: 'return last?.declaration !== undefined && last.provenance === "created";',
    to: "return last !== null;",
    foundBy: ENGINE_LAWS,
  },
  {
    name: "what was there before counts as made by us",
    breaks: "F5",
    file: "packages/engine/src/records/identity.ts",
    from: "return known ?? (isThere(subject.declared, observed) ?",
    to: "return known ?? (isThere(subject.declared, undefined) ?",
    foundBy: { type: "histories", within: 30 },
  },
  {
    name: "detect mode forgets what is to be removed",
    breaks: "D17",
    file: "packages/engine/src/reconcile/forget-removed.ts",
    from: 'const isGone = verdict.type === "changed" || verdict.type === "inSync";',
    to: 'const isGone = verdict.type !== "failed"; if (isGone) await runtime.ledger.forget(record.id, runtime.killed);',
    foundBy: ENGINE_LAWS,
  },
  {
    name: "what is gone stays on record",
    breaks: "promise 9",
    file: "packages/engine/src/reconcile/forget-removed.ts",
    from: "if (!isGone || isWhole) return settled;",
    to: "if (!isGone || isWhole || isGone) return settled;",
    foundBy: ENGINE_LAWS,
  },
];
