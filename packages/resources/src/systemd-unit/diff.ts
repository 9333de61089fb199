import { type Change, change, type JsonObject } from "@holdfast/core";
import { diffFile, fingerprintFile } from "../file/diff.ts";
import type { SystemdUnitObserved } from "./observe.ts";
import type { SystemdUnitSpec } from "./spec.ts";

/** Compares the file of a unit with its spec, and what systemd has read with what is on the disk. */
export function diffSystemdUnit(
  { file, isAbsent }: SystemdUnitSpec,
  observed: SystemdUnitObserved | undefined,
): readonly Change[] {
  const isMask = observed?.isMask === true;
  const found = diffFile(file, isMask && !isAbsent ? undefined : observed?.file);
  const named = found.map((one) => (one.path === "content" ? { ...one, path: "text" } : one));
  if (isMask && !isAbsent) return [change("masked", true, false), ...named];
  if (named.length > 0) return named;
  if (observed?.hasEmptyDirectory === true)
    return [change("state", "an empty directory", undefined)];
  if (observed?.isStale !== true) return [];
  return [change("loaded", "older files", "as on the disk")];
}

/** The state of the file of a unit as a short text. */
export function fingerprintSystemdUnit({ file, ...rest }: SystemdUnitObserved): string {
  const { isMask, isStale, hasEmptyDirectory } = rest;
  const flags = [isMask, isStale, hasEmptyDirectory].map(Number).join("");
  return `${file === undefined ? "-" : fingerprintFile(file)} ${flags}`;
}

/** What `holdfast status` shows of it. */
export function systemdUnitDetails({ isStale }: SystemdUnitObserved): JsonObject {
  return { loaded: !isStale };
}
