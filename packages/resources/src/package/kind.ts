import type { ResourceKind } from "@holdfast/core";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyPackage, applyPackages, resumePackages } from "./apply.ts";
import { describePackage } from "./describe.ts";
import { diffPackage, fingerprintPackage, packageDetails } from "./diff.ts";
import {
  observePackage,
  type PackageObserved,
  type PackageSnapshot,
  snapshotPackages,
} from "./observe.ts";
import { packageOperations } from "./operations.ts";
import { batchKey } from "./request.ts";
import { PACKAGE_RISKS, riskOfPackage } from "./risk.ts";
import {
  absentPackage,
  bindPackage,
  type PackageInput,
  type PackageSpec,
  packageSchema,
} from "./spec.ts";
import { watchPackages } from "./watch.ts";

/** What is changed under this name never overlaps: a package tool locks the whole database. */
export const PACKAGES_LANE = "packages";

/** A package of the machine's own package tool. Its name is the package's. */
export const packageKind: ResourceKind<
  PackageSpec,
  PackageObserved,
  PackageSnapshot,
  PackageInput
> = {
  kind: "package",
  summary: "A package of the system: there or not, its version, held or not.",
  support: LINUX_SUPPORT,
  ports: ["packages"],
  schema: packageSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindPackage,
  lanes: () => [PACKAGES_LANE],
  snapshot: snapshotPackages,
  observe: observePackage,
  diff: diffPackage,
  apply: applyPackage,
  risk: riskOfPackage,
  risks: PACKAGE_RISKS,
  operations: packageOperations,
  batch: { key: batchKey, applyMany: applyPackages },
  resume: resumePackages,
  watch: watchPackages,
  // A tool that is killed leaves the step it was in beside the database, where nothing is replaced and so no event comes.
  isFullyWatched: () => false,
  fingerprint: fingerprintPackage,
  details: packageDetails,
  isAbsent: (spec) => spec.isAbsent,
  absent: absentPackage,
  describe: describePackage,
  losesContent: ({ isAbsent, isPurged }) => isAbsent && isPurged,
  owns: ({ name }) => [{ thing: `package:${name}`, isWhole: true }],
  // What needs one of this name may have it of another: docker of docker-ce.
  takesAway: () => [],
  brings: () => true,
  // Sources that are declared come first: they may have another version, or be the only one that has it.
  needs: ({ isAbsent }) => (isAbsent ? [] : ["package-sources:apt"]),
};
