import { type Change, change, type JsonObject } from "@holdfast/core";
import type { PackageObserved } from "./observe.ts";
import type { PackageSpec } from "./spec.ts";
import { shownRule } from "./version-rule.ts";

/** Compares a package with its spec. One that is there in part is neither present nor absent: it is finished first. */
export function diffPackage(
  spec: PackageSpec,
  observed: PackageObserved | undefined,
): readonly Change[] {
  if (spec.isAbsent) return diffAbsent(spec, observed);
  const state = observed?.state;
  const isFinished = state === "installed";
  const found = state === "config-files" ? undefined : observed;
  return [
    ...(isFinished ? [] : [change("state", state, "present")]),
    ...diffVersion(spec, found),
    ...diffHold(spec, found),
    ...(spec.isManual && found?.isManual === false ? [change("manual", false, true)] : []),
  ];
}

function diffAbsent(
  { isPurged }: PackageSpec,
  observed: PackageObserved | undefined,
): readonly Change[] {
  if (observed === undefined || (observed.state === "config-files" && !isPurged)) return [];
  const { state } = observed;
  return [change("state", state === "installed" ? "present" : state, undefined)];
}

function diffVersion(
  { version }: PackageSpec,
  found: PackageObserved | undefined,
): readonly Change[] {
  const lacking = found === undefined ? shownRule(version) : found.lackingVersion;
  return lacking === undefined ? [] : [change("version", found?.version, lacking)];
}

/** A package that is not installed is not held. */
function diffHold({ isHeld }: PackageSpec, found: PackageObserved | undefined): readonly Change[] {
  if (isHeld === undefined || isHeld === (found?.isHeld ?? false)) return [];
  return [change("hold", found?.isHeld, isHeld)];
}

/** The state of a package as a short text. */
export function fingerprintPackage(observed: PackageObserved): string {
  return JSON.stringify(observed);
}

/** What `holdfast status` shows of a package. */
export function packageDetails(observed: PackageObserved): JsonObject {
  const { state, version, isHeld, isManual } = observed;
  return {
    ...(version === undefined ? {} : { version }),
    ...(state === "installed" ? {} : { state }),
    ...(isHeld ? { held: true } : {}),
    ...(isManual ? {} : { manual: false }),
  };
}
