import type { Assessment, JudgedAction } from "@holdfast/core";
import type { MountObserved } from "./observe.ts";
import type { MountSpec } from "./spec.ts";

/** The rows of mounts. A file system that is not mounted keeps its data, so they answer for everything. */
export const MOUNT_RISKS = {
  unmount: {
    risk: "disruptive",
    impact: "restart",
    why: "unmounts a file system, or mounts another in its place",
    isWhole: true,
  },
  options: {
    risk: "disruptive",
    impact: "reload",
    why: "mounts it again with other options",
    isWhole: true,
  },
  mount: { risk: "benign", impact: "none", why: "mounts what is not mounted", isWhole: true },
  line: {
    risk: "benign",
    impact: "none",
    why: "changes its line of fstab, whose text the plan shows",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What is done to what is mounted now counts more than what is at boot. */
export function riskOfMount({ changes }: JudgedAction<MountSpec, MountObserved>): Assessment {
  const of = (path: string) => changes.find((one) => one.path === path);
  const mounted = of("mounted");
  if (mounted?.to === false || of("source") !== undefined || of("type") !== undefined) {
    return MOUNT_RISKS.unmount;
  }
  if (mounted !== undefined) return MOUNT_RISKS.mount;
  return of("options") === undefined ? MOUNT_RISKS.line : MOUNT_RISKS.options;
}
