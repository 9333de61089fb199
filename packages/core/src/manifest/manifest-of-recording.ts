import type { Recording } from "../blueprint/recording.ts";
import { checkResources } from "../check/check-resources.ts";
import { type Diagnosed, hasErrors } from "../fault/diagnostic.ts";
import { createManifest } from "./create-manifest.ts";
import type { Manifest } from "./manifest.ts";
import type { ReadManifestOptions } from "./read-manifest.ts";

/** Makes the manifest `name` of what a blueprint declared, checked like one that was read from files. */
export function manifestOfRecording(
  name: string,
  recording: Recording,
  { catalog, hash }: ReadManifestOptions,
): Diagnosed<Manifest> {
  const declared = recording.declared.map((resource) => ({
    ...resource,
    locate: () => resource.location,
  }));
  const checked = checkResources(declared, catalog);
  const diagnostics = [...recording.diagnostics, ...checked.diagnostics];
  if (checked.value === undefined || hasErrors(diagnostics)) return { diagnostics };
  return { value: createManifest({ name, resources: checked.value, hash }), diagnostics };
}
