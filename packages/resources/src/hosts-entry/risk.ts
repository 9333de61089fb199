import type { Assessment } from "@holdfast/core";

/** The row of names in /etc/hosts. */
export const HOSTS_ENTRY_RISKS = {
  edited: {
    risk: "benign",
    impact: "none",
    why: "gives a name other addresses or aliases, or none; what it had, the plan shows",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** Whoever wrote the lines: all that goes is in the changes, and everything else stays. */
export function riskOfHostsEntry(): Assessment {
  return HOSTS_ENTRY_RISKS.edited;
}
