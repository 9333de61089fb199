import type { Assessment, Change } from "@holdfast/core";

/** Something else is in the way, and apply refuses to touch it: to wait for an approval of that would help nobody. */
export const REFUSED = {
  risk: "benign",
  impact: "none",
  why: "is refused, for something else is in the way",
  isWhole: true,
} as const satisfies Assessment;

/** Tells whether the only thing to do is to say that something else is there. */
export function isRefused(changes: readonly Change[]): boolean {
  return changes.some(
    ({ path, from }) => from !== undefined && (path === "parent" || /(?:^|\.)type$/.test(path)),
  );
}

/** For kinds that replace nothing and have no other row. */
export function riskOfRefused({
  changes,
}: {
  readonly changes: readonly Change[];
}): Assessment | undefined {
  return isRefused(changes) ? REFUSED : undefined;
}

/** Its row. */
export const REFUSED_RISKS = { refused: REFUSED } as const;
