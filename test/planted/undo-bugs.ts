import type { PlantedBug } from "./planted-bug.ts";

const HISTORIES = {
  type: "tests",
  files: ["packages/agent/src/undo/undo-histories.test.ts"],
} as const;
const CRASHES = { type: "tests", files: ["packages/agent/src/undo/undo-crashes.test.ts"] } as const;

const HALF_CHANGES = {
  type: "tests",
  files: ["packages/agent/src/undo/half-changes.test.ts"],
} as const;

/** Mistakes in undoing changes, and in what is held after that. */
export const UNDO_BUGS: readonly PlantedBug[] = [
  {
    name: "what was undone is done again by the next pass",
    breaks: "promise 9",
    file: "packages/engine/src/undo/hold.ts",
    from: "hold.specDigest !== specDigestOf(runtime, declared)",
    to: "hold.specDigest === specDigestOf(runtime, declared)",
    foundBy: HISTORIES,
  },
  {
    name: "what somebody changed since is undone",
    breaks: "F5",
    file: "packages/agent/src/undo/changed-since.ts",
    from: 'cause === "drift" && changes.length > 0',
    to: 'cause === "drift" && changes.length < 0',
    foundBy: HISTORIES,
  },
  {
    name: "an undo that was cut off never ends",
    breaks: "promise 9",
    file: "packages/agent/src/undo/end-pending-undo.ts",
    from: "if (isPending === true) return true;",
    to: "if (isPending === undefined) return true;",
    foundBy: CRASHES,
  },
  {
    name: "an undo that was cut off takes away what somebody changed meanwhile",
    breaks: "F5",
    file: "packages/agent/src/undo/end-undo.ts",
    from: "const left = open.filter(({ id }) => !changed.has(id));",
    to: "const left = open.filter(({ id }) => !changed.has(id) || true);",
    foundBy: { type: "tests", files: ["packages/agent/src/undo/end-undo.test.ts"] },
  },
  {
    name: "what a failed attempt left counts as what was there",
    breaks: "promise 9",
    file: "packages/engine/src/undo/keep-before.ts",
    from: "const half = ledger.halfChange(record.id);",
    to: "const half = ledger.halfChange(record.id) && undefined;",
    foundBy: HALF_CHANGES,
  },
  {
    name: "what an attempt left that was cut off counts as what was there",
    breaks: "promise 9",
    file: "packages/engine/src/undo/keep-before.ts",
    from: "const before = cutOff?.change?.before;",
    to: "const before = cutOff === undefined ? undefined : undefined;",
    foundBy: HALF_CHANGES,
  },
  {
    name: "what is overwritten is not kept",
    breaks: "K1",
    file: "packages/engine/src/reconcile/attempt.ts",
    from: "[ledger.begin(intent, killed), kept?.keep()]",
    to: "[ledger.begin(intent, killed), undefined]",
    foundBy: CRASHES,
  },
];
