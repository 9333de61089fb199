import type { TimezoneSpec } from "./spec.ts";

/** The link, with what it leads to; the name beside it; and the zone that should be there. */
export function watchedPathsOfTimezone({ link, file, zonePath }: TimezoneSpec): readonly string[] {
  return [link.path, file.path, zonePath];
}
