import type { Assessment } from "@holdfast/core";

/** The row of host names: the name before is all there is of it, and the plan shows it. */
export const HOSTNAME_RISKS = {
  name: {
    risk: "disruptive",
    impact: "restart",
    why: "changes the name of the machine; what runs keeps the old one until it is restarted",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** Others know the machine by its name. */
export function riskOfHostname(): Assessment {
  return HOSTNAME_RISKS.name;
}
