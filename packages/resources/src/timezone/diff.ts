import { type Change, change } from "@holdfast/core";
import { fingerprintFile } from "../file/diff.ts";
import { diffLink, fingerprintLink } from "../link/diff.ts";
import type { LinkObserved } from "../link/observe.ts";
import { diffPart } from "../rendered-file/rendered-file.ts";
import type { TimezoneObserved } from "./observe.ts";
import { type TimezoneSpec, zoneOfTarget } from "./spec.ts";

/** The part that Debian's programs read. */
export const NAME_FILE = "timezone";
/** The part that the C library reads. */
export const LOCAL_TIME = "localtime";

/** Compares the zone of a machine with a spec. A link to a zone that is not there means UTC, so that is a change. */
export function diffTimezone(
  spec: TimezoneSpec,
  observed: TimezoneObserved | undefined,
): readonly Change[] {
  const isKnown = observed?.isKnown === true;
  const { file } = observed ?? {};
  return [
    ...(isKnown ? [] : [change("zone", undefined, spec.zone)]),
    ...diffLink(spec.link, sameSpelling(spec, observed?.link)).map((found) => ({
      ...found,
      path: `${LOCAL_TIME}.${found.path}`,
    })),
    ...(file === undefined ? [] : diffPart(NAME_FILE, spec.file, file)),
  ];
}

/** The zone of a machine as a short text. */
export function fingerprintTimezone({ link, file, isKnown }: TimezoneObserved): string {
  const parts = [link && fingerprintLink(link), file && fingerprintFile(file)];
  return JSON.stringify([...parts.map((part) => part ?? null), isKnown]);
}

/** A link to the declared zone is the declared link, from / or from where it is. */
function sameSpelling(
  { zone, link }: TimezoneSpec,
  observed: LinkObserved | undefined,
): LinkObserved | undefined {
  if (observed?.target === undefined || zoneOfTarget(observed.target) !== zone) return observed;
  return { ...observed, target: link.target };
}
