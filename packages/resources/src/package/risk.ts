import type { Assessment, JudgedAction } from "@holdfast/core";
import type { PackageObserved } from "./observe.ts";
import type { PackageSpec } from "./spec.ts";

/** The rows of packages. What a package is, its tool knows, so they answer for everything. */
export const PACKAGE_RISKS = {
  install: {
    risk: "benign",
    impact: "none",
    why: "installs a package that is not there",
    isWhole: true,
  },
  upgrade: {
    risk: "disruptive",
    impact: "restart",
    why: "installs another version, or finishes what was begun",
    isWhole: true,
  },
  downgrade: {
    risk: "disruptive",
    impact: "restart",
    why: "installs another version, which may be an older one (allowDowngrade)",
    isWhole: true,
  },
  remove: {
    risk: "disruptive",
    impact: "restart",
    why: "removes a package, and leaves its configuration",
    isWhole: true,
  },
  purge: {
    risk: "destructive",
    impact: "data",
    why: "removes a package with its configuration and data (purge)",
    isWhole: true,
  },
  marks: {
    risk: "benign",
    impact: "none",
    why: "changes whether it is held, or counts as installed by hand",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What is done to a package. */
export function riskOfPackage({
  spec,
  observed,
  changes,
}: JudgedAction<PackageSpec, PackageObserved>): Assessment {
  if (spec.isAbsent) return spec.isPurged ? PACKAGE_RISKS.purge : PACKAGE_RISKS.remove;
  if (observed === undefined || observed.state === "config-files") return PACKAGE_RISKS.install;
  const isOfMarks = changes.every(({ path }) => path === "hold" || path === "manual");
  if (isOfMarks) return PACKAGE_RISKS.marks;
  return spec.allowDowngrade ? PACKAGE_RISKS.downgrade : PACKAGE_RISKS.upgrade;
}
