import type { Assessment, JudgedAction } from "@holdfast/core";
import type { SshKeyObserved } from "./observe.ts";
import type { SshKeySpec } from "./spec.ts";

/** The rows of keys; lines that others wrote are judged by the general rules too. */
export const SSH_KEY_RISKS = {
  removed: { risk: "disruptive", impact: "none", why: "a key may log in no more" },
  exclusive: {
    risk: "disruptive",
    impact: "data",
    why: "keys of others may log in no more (exclusive)",
  },
  own: {
    risk: "benign",
    impact: "none",
    why: "adds a key, or changes its options, its comment or the modes",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** Who could log in, and cannot any more. */
export function riskOfSshKey({
  spec,
  changes,
}: JudgedAction<SshKeySpec, SshKeyObserved>): Assessment {
  if (spec.isAbsent) return SSH_KEY_RISKS.removed;
  const isExclusive = changes.some(({ path }) => path === "exclusive");
  return isExclusive ? SSH_KEY_RISKS.exclusive : SSH_KEY_RISKS.own;
}
