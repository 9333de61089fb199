import type { PackageObserved } from "./observe.ts";
import type { PackageInput, PackageSpec } from "./spec.ts";
import { managesVersion } from "./version-rule.ts";

/**
 * A package as an author would write it. Of one that stays, only what its spec manages; of one that is to go, all.
 * `undefined` for what cannot be had again: what is there in part, and configuration that goes for good. A package that
 * is marked as a dependency is no longer so once it was declared: no tool's word is taken back.
 */
export function describePackage(
  spec: PackageSpec,
  observed: PackageObserved,
): PackageInput | undefined {
  const { isAbsent, isPurged, noRecommends } = spec;
  const { state, version, isHeld, isManual } = observed;
  if (state === "config-files") return isAbsent && isPurged ? undefined : { state: "absent" };
  if (state !== "installed" || version === undefined || (isAbsent && isPurged)) return undefined;
  const hasVersion = isAbsent || managesVersion(spec.version);
  return {
    ...(hasVersion ? { version } : {}),
    // By then a newer version may be installed than the described one.
    ...(hasVersion && !isAbsent ? { allowDowngrade: true } : {}),
    ...(isAbsent || spec.isHeld !== undefined ? { hold: isHeld } : {}),
    ...(isManual ? {} : { manual: false }),
    ...(noRecommends ? { noRecommends } : {}),
    ...(isPurged ? { purge: true } : {}),
  };
}
