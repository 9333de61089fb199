/** Operating systems a kind can exist on. */
export const PLATFORMS = ["linux", "darwin", "windows"] as const;

/** One of them. */
export type Platform = (typeof PLATFORMS)[number];
