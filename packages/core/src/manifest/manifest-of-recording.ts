import type { Recording } from "../blueprint/recording.ts";
import { checkResources } from "../check/check-resources.ts";
import type { ForeignWords } from "../check/foreign-words.ts";
import { type Diagnosed, type Diagnostic, hasErrors, isEnough } from "../fault/diagnostic.ts";
import { createManifest } from "./create-manifest.ts";
import type { Manifest } from "./manifest.ts";
import { mistakesBetween } from "./mistakes-between.ts";
import type { ReadManifestOptions } from "./read-manifest.ts";

/** Makes the manifest `name` of what a blueprint declared, checked like one that was read from files. */
export function manifestOfRecording(
  name: string,
  recording: Recording,
  { catalog, hash, words }: ReadManifestOptions,
): Diagnosed<Manifest> {
  const declared = recording.declared.map((resource) => ({
    ...resource,
    locate: () => resource.location,
  }));
  const checked = checkResources(declared, catalog, words);
  const recorded = recording.diagnostics.map((found) => adviseMethod(found, words));
  const diagnostics = [...recorded, ...checked.diagnostics];
  if (checked.value === undefined || hasErrors(diagnostics)) {
    // What could not be recorded is not to be missed by others.
    const isWhole = !hasErrors(recording.diagnostics) && !isEnough(diagnostics);
    const between = isWhole ? mistakesBetween(declared, checked.valid, catalog) : [];
    return { diagnostics: [...diagnostics, ...between] };
  }
  const { prune = false } = recording;
  return { value: createManifest({ name, prune, resources: checked.value, hash }), diagnostics };
}

/** A method that hosts do not have may be named like a kind of the design, or of another tool. */
function adviseMethod(found: Diagnostic, words: ForeignWords | undefined): Diagnostic {
  const method = /^host\.(\w+)$/.exec(found.address)?.[1];
  if (method === undefined || found.summary !== UNKNOWN_KIND) return found;
  const kind = method.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const advice = words?.adviceFor({ summary: UNKNOWN_KIND, path: ["kind"], kind, value: kind });
  if (advice === undefined) return found;
  const { text, summary = found.summary } = advice;
  return { ...found, summary, detail: `A host has no "${method}". ${text}` };
}

const UNKNOWN_KIND = "Unknown kind";
