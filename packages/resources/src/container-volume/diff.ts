import { type Change, change, type ContainerVolume, type JsonObject } from "@holdfast/core";
import { diffTexts } from "../container-engine/diff-texts.ts";
import { fingerprintOf } from "../fingerprint.ts";
import type { ContainerVolumeInput, ContainerVolumeSpec } from "./spec.ts";

/** Compares a volume with its spec; nothing of what is in it. */
export function diffContainerVolume(
  { driver, options, labels, isAbsent }: ContainerVolumeSpec,
  observed: ContainerVolume | undefined,
): readonly Change[] {
  if (isAbsent) return observed === undefined ? [] : [change("state", "present", "absent")];
  if (observed === undefined) return [change("state", undefined, "present")];
  return [
    ...(observed.driver === driver ? [] : [change("driver", observed.driver, driver)]),
    ...diffTexts("options", options, observed.options),
    ...diffTexts("labels", labels, observed.labels),
  ];
}

/** The state of a volume as a short text. */
export function fingerprintContainerVolume(observed: ContainerVolume): string {
  return fingerprintOf(JSON.stringify(observed));
}

/** What keeps it. */
export function containerVolumeDetails({ driver }: ContainerVolume): JsonObject {
  return { driver };
}

/** A volume as an author would write it. */
export function describeContainerVolume(
  _spec: ContainerVolumeSpec,
  { driver, options, labels }: ContainerVolume,
): ContainerVolumeInput {
  return { driver, options: { ...options }, labels: { ...labels } };
}
