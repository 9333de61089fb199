import { type Change, change, type ContainerImage, type JsonObject } from "@holdfast/core";
import type { ContainerImageSpec } from "./spec.ts";

/** Whether it is there: which image a tag names is the registry's affair, and that of who pulls it. */
export function diffContainerImage(
  { isAbsent }: ContainerImageSpec,
  observed: ContainerImage | undefined,
): readonly Change[] {
  const isThere = observed !== undefined;
  if (isThere !== isAbsent) return [];
  return [change("state", isThere ? "present" : undefined, isAbsent ? "absent" : "present")];
}

/** The state of an image as a short text. */
export function fingerprintContainerImage({ id }: ContainerImage): string {
  return id;
}

/** Which image it is. */
export function containerImageDetails({ id, digests }: ContainerImage): JsonObject {
  return { image: id, ...(digests[0] === undefined ? {} : { digest: digests[0] }) };
}
