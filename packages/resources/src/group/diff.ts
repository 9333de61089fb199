import { type Change, change, type JsonObject, type LocalGroup } from "@holdfast/core";
import type { GroupSpec } from "./spec.ts";

/** Compares a group with its spec. Where its number is from matters only when it is made. */
export function diffGroup(
  { gid, isAbsent }: GroupSpec,
  observed: LocalGroup | undefined,
): readonly Change[] {
  if (isAbsent) return observed === undefined ? [] : [change("state", "present", undefined)];
  const made = observed === undefined ? [change("state", undefined, "present")] : [];
  if (gid === undefined || gid === observed?.gid) return made;
  return [...made, change("gid", observed?.gid, gid)];
}

/** The state of a group as a short text. */
export function fingerprintGroup({ gid }: LocalGroup): string {
  return String(gid);
}

/** What `holdfast status` shows of a group. */
export function groupDetails({ gid, members }: LocalGroup): JsonObject {
  return { gid, members };
}
