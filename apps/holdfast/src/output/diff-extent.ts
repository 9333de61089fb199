/** How much of a difference is shown: its first lines, or all of it. */
export const DIFF_EXTENTS = ["short", "full"] as const;

/** How much of a difference is shown. */
export type DiffExtent = (typeof DIFF_EXTENTS)[number];
