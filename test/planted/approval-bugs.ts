import type { PlantedBug } from "./planted-bug.ts";

const HISTORIES = {
  type: "tests",
  files: ["packages/agent/src/approvals/approval-histories.test.ts"],
} as const;
const SPEND = "packages/engine/src/policy/spend-approvals.ts";
const VERIFY = "packages/trust/src/approval/verify-approval.ts";

/** Mistakes in what an agent takes for approved. */
export const APPROVAL_BUGS: readonly PlantedBug[] = [
  {
    name: "an approval is not used up",
    breaks: "C6",
    file: SPEND,
    from: "await ledger.spend(nonces, killed);",
    to: "",
    foundBy: HISTORIES,
  },
  {
    name: "an approval is used up after the action may have begun",
    breaks: "C6, promise 9",
    file: SPEND,
    from: "await ledger.spend(nonces, killed);",
    to: "void ledger.spend(nonces, killed).catch(() => {});",
    foundBy: { type: "tests", files: ["packages/engine/src/testing/approvals.test.ts"] },
  },
  {
    name: "the ledger does not know which approvals were used",
    breaks: "C6",
    file: "packages/core/src/approval/approval-memory.ts",
    from: "expiresMs <= this.#floorMs || this.#spent.has(nonce)",
    to: "expiresMs <= this.#floorMs",
    foundBy: { type: "tests", files: ["packages/core/src/approval/approval-memory.test.ts"] },
  },
  {
    name: "an approval never expires",
    breaks: "C6",
    file: VERIFY,
    from: "if (nowMs < approval.expiresMs) return undefined;",
    to: "if (nowMs < approval.expiresMs + nowMs) return undefined;",
    foundBy: HISTORIES,
  },
  {
    name: "an approval for another desired state counts",
    breaks: "P6",
    file: VERIFY,
    from: "if (approval.planned === planned) return undefined;",
    to: "if (approval.planned !== '') return undefined;",
    foundBy: HISTORIES,
  },
];
