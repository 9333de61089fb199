import type { KindSupport } from "@holdfast/core";

/** Where the kinds of this package exist, are built, and had their laws run on a real host. */
export const POSIX_SUPPORT: KindSupport = {
  platforms: ["linux", "darwin"],
  built: ["linux"],
  verified: ["Debian 12"],
};

/** Likewise, for what only Linux has. */
export const LINUX_SUPPORT: KindSupport = {
  platforms: ["linux"],
  built: ["linux"],
  verified: ["Debian 12"],
};

/** How often a watched resource is observed without a hint. */
export const WATCHED_RESYNC_MS = 600_000;
