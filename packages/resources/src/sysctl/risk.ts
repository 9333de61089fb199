import type { Assessment } from "@holdfast/core";

/** The row of kernel parameters: the values before are all there is of one, and the plan shows them. */
export const SYSCTL_RISKS = {
  value: {
    risk: "benign",
    impact: "none",
    why: "changes a value of the kernel, now and at boot",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** One value is as good as another. */
export function riskOfSysctl(): Assessment {
  return SYSCTL_RISKS.value;
}
