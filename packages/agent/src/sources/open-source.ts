import { stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { type Diagnosed, Fault, type Manifest } from "@holdfast/core";
import type { DesiredSource } from "../source.ts";
import { loadBlueprint } from "./blueprint/blueprint-source.ts";
import { loadDirectory, loadFile } from "./manifest-source.ts";
import { BLUEPRINT_ENDINGS, MANIFEST_ENDINGS } from "./source-endings.ts";
import { sourceFault } from "./source-fault.ts";
import type { SourceOptions } from "./source-options.ts";

/**
 * A desired source on disk: a blueprint (`.ts`, `.mts`, `.js`, `.mjs`), a manifest (`.yaml`, `.yml`, `.json`) or a
 * directory of manifests. Nothing is read until `load`, and everything at each `load`.
 */
export function openSource(path: string, options: SourceOptions): DesiredSource {
  const absolute = resolve(path);
  return { describe: absolute, load: (signal) => load(absolute, options, signal) };
}

async function load(
  path: string,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<Diagnosed<Manifest>> {
  if (await isDirectory(path, signal)) return await loadDirectory(path, options, signal);
  const ending = extname(path);
  if (BLUEPRINT_ENDINGS.includes(ending)) return await loadBlueprint(path, options, signal);
  if (MANIFEST_ENDINGS.includes(ending)) return await loadFile(path, options, signal);
  throw await otherEnding(path, ending, options);
}

async function otherEnding(
  path: string,
  ending: string,
  { foreignWords }: SourceOptions,
): Promise<Fault> {
  const other = (await foreignWords?.())?.languageOfEnding(ending);
  const endings = [...BLUEPRINT_ENDINGS, ...MANIFEST_ENDINGS].join(", ");
  return new Fault({
    reason: "InputInvalid",
    message: `${path} is ${other?.name ?? "neither a blueprint nor a manifest"} by its name`,
    resolution: `${other === undefined ? "" : `${other.advice} `}Name a file that ends in ${endings}, or a directory.`,
  });
}

async function isDirectory(path: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw sourceFault(path, error, signal);
  }
}
