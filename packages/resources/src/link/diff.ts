import { type Change, change, type FileType } from "@holdfast/core";
import type { LinkObserved } from "./observe.ts";
import type { LinkSpec } from "./spec.ts";

/** Compares a link with its spec. */
export function diffLink(spec: LinkSpec, observed: LinkObserved | undefined): readonly Change[] {
  if (spec.isAbsent) return diffAbsent(spec, observed);
  if (observed === undefined) {
    return [change("state", undefined, "present"), change("target", undefined, spec.target)];
  }
  const type = typeOfLink(spec);
  if (observed.type !== type) {
    return [change("type", observed.type, type), change("target", undefined, spec.target)];
  }
  if (spec.hard) {
    return observed.isSameFile ? [] : [change("target", "another file", spec.target)];
  }
  return observed.target === spec.target ? [] : [change("target", observed.target, spec.target)];
}

/**
 * True when something is at the path that is not this link: a hard link to another file is a file of somebody's, a
 * symbolic link that leads elsewhere is still a link.
 */
export function isInTheWay(spec: LinkSpec, observed: LinkObserved): boolean {
  return observed.type !== typeOfLink(spec) || (spec.hard && !observed.isSameFile);
}

/**
 * True when a hard link is still the one that the last apply made, and its target is another file since: a file is
 * replaced to change it. So nothing of anybody's is lost when the link is made anew.
 */
export function isLeftBehind(observed: LinkObserved, lastFingerprint: string | undefined): boolean {
  const { type, isSameFile } = observed;
  if (type !== "file" || isSameFile) return false;
  return fingerprintLink({ ...observed, isSameFile: true }) === lastFingerprint;
}

/** The state of a link as a short text. */
export function fingerprintLink({ type, target, isSameFile, inode }: LinkObserved): string {
  return `${type} ${isSameFile ? "same" : "other"} ${target ?? inode ?? ""}`;
}

function diffAbsent(spec: LinkSpec, observed: LinkObserved | undefined): readonly Change[] {
  if (observed === undefined) return [];
  const removal = change("state", "present", undefined);
  if (observed.type === typeOfLink(spec)) return [removal];
  return [change("type", observed.type, typeOfLink(spec)), removal];
}

function typeOfLink({ hard }: LinkSpec): FileType {
  return hard ? "file" : "link";
}
