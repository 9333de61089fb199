import type { Assessment } from "@holdfast/core";

/** The row of locales: the values before are all there is of them, and the plan shows them. */
export const LOCALE_RISKS = {
  language: {
    risk: "disruptive",
    impact: "restart",
    why: "changes the language of new sessions; other lines of its files go",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What reads texts of the old language may not read those of the new one. */
export function riskOfLocale(): Assessment {
  return LOCALE_RISKS.language;
}
