import type { ContainerImage, KindAction, KindOperation, WriteContext } from "@holdfast/core";
import type { ContainerImageSpec } from "./spec.ts";

/**
 * Pulls an image, or removes it.
 * @throws {Fault} ImageUnavailable; ContainerInUse, of one that a container has; ContainersUnavailable; NotPrivileged.
 */
export async function applyContainerImage(
  { spec, changes }: KindAction<ContainerImageSpec, ContainerImage>,
  context: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const { host, signal } = context;
  const { reference, isAbsent } = spec;
  const isThere = (await host.containers.images([reference], signal)).has(reference);
  if (isThere !== isAbsent) return;
  if (isAbsent) await host.containers.removeImage(reference, signal);
  else await pullImage(spec, context);
}

/** What can be asked of an image. */
export const containerImageOperations: Readonly<Record<string, KindOperation<ContainerImageSpec>>> =
  {
    pull: {
      summary: "Pulls what its tag names now.",
      impact: "none",
      risk: "benign",
      run: pullImage,
    },
  };

async function pullImage(
  { reference, credentials }: ContainerImageSpec,
  { host, signal, progress }: WriteContext,
): Promise<void> {
  progress(`pulling ${reference}`);
  const login = credentials === undefined ? {} : { credentials };
  await host.containers.pull({ reference, ...login }, signal);
}
