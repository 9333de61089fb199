import type { Assessment, Change } from "@holdfast/core";

/** Of kinds of files: no byte of their content is changed. */
export const ATTRIBUTES_ONLY = {
  risk: "benign",
  impact: "none",
  why: "changes only modes, owners and groups",
  isWhole: true,
} as const satisfies Assessment;

const ATTRIBUTES: ReadonlySet<string> = new Set(["mode", "owner", "group", "recurse"]);

/** Tells whether nothing but attributes is changed, of the thing itself or of what is below it. */
export function changesOnlyAttributes(changes: readonly Change[]): boolean {
  return (
    changes.length > 0 &&
    changes.every(({ path }) => ATTRIBUTES.has(path.slice(path.lastIndexOf(".") + 1)))
  );
}
