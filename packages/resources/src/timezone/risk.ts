import type { Assessment } from "@holdfast/core";

/** The row of time zones: the zone before is all there is of it, and the plan shows it. */
export const TIMEZONE_RISKS = {
  zone: {
    risk: "disruptive",
    impact: "restart",
    why: "changes the time zone; what runs keeps the old one until it is restarted",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What was planned for a time of day comes at another. */
export function riskOfTimezone(): Assessment {
  return TIMEZONE_RISKS.zone;
}
