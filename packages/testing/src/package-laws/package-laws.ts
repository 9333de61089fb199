import { describe } from "node:test";
import { brokenLaws } from "./broken-laws.ts";
import { configurationLaws } from "./configuration-laws.ts";
import { prereleaseLaws, versionLaws } from "./version-laws.ts";
import { databaseLaws } from "./database-laws.ts";
import { foreignLaws, recommendsLaws, swapLaws } from "./dependency-laws.ts";
import { failureLaws } from "./failure-laws.ts";
import { hintLaws } from "./hint-laws.ts";
import { holdLaws } from "./hold-laws.ts";
import { installLaws, sourcesLaws } from "./install-laws.ts";
import type { PackageFeature, PackageSubject } from "./package-subject.ts";
import { removeLaws } from "./remove-laws.ts";
import { requestLaws } from "./request-laws.ts";

/** What is known of the machine before a law opens one. */
export interface PackageLawsOptions {
  /** For the titles. */
  readonly machine: string;
  /** How many random requests the property tries. */
  readonly requests: number;
  /** The laws of these are left out. Default: none. */
  readonly lacks?: readonly PackageFeature[];
}

/**
 * The laws of the package port (semantics K3, D14 and the traps of package tools), registered with node's test runner for
 * one kind of machine. Each law opens a machine of its own, on which nothing of `UNIVERSE` is installed and all of it can be.
 */
export function packageLaws(
  { machine, requests, lacks = [] }: PackageLawsOptions,
  open: () => Promise<PackageSubject>,
): void {
  const laws: Readonly<Record<PackageFeature, (open: () => Promise<PackageSubject>) => void>> = {
    prereleases: prereleaseLaws,
    versions: versionLaws,
    configuration: configurationLaws,
    holds: holdLaws,
    broken: brokenLaws,
    foreign: foreignLaws,
    recommends: recommendsLaws,
    sources: sourcesLaws,
    swap: swapLaws,
  };
  describe(`package laws on ${machine}`, () => {
    requestLaws(open, requests);
    databaseLaws(open);
    installLaws(open);
    removeLaws(open);
    failureLaws(open);
    hintLaws(open);
    for (const [feature, register] of Object.entries(laws)) {
      if (!lacks.some((each) => each === feature)) register(open);
    }
  });
}
