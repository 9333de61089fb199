import type { BindReport, RegistryCredentials } from "@holdfast/core";
import * as z from "zod/mini";
import { fullReference, imageReference, registrySchema } from "../container-engine/fields.ts";
import { stateSchema } from "../declared-state.ts";

/** What an author writes under `spec` of an image; its name is the reference. */
export const containerImageSchema = z.strictObject({
  registry: registrySchema,
  state: stateSchema,
});

/** What an author writes under `spec` of an image. */
export type ContainerImageInput = z.infer<typeof containerImageSchema>;

/** An image as it should be. */
export interface ContainerImageSpec {
  /** With a tag or a digest. */
  readonly reference: string;
  readonly credentials?: RegistryCredentials;
  readonly isAbsent: boolean;
}

/** Joins reference and input. */
export function bindContainerImage(
  name: string,
  { registry, state }: ContainerImageInput,
  report: BindReport,
): ContainerImageSpec {
  if (!imageReference.safeParse(name).success) {
    report("", "not an image", "write an image such as docker.io/library/nginx:1.27");
  }
  return {
    reference: fullReference(name),
    ...(registry === undefined ? {} : { credentials: registry }),
    isAbsent: state === "absent",
  };
}

/** Not on this machine under that reference. */
export function absentContainerImage(spec: ContainerImageSpec): ContainerImageSpec {
  return { ...spec, isAbsent: true };
}
