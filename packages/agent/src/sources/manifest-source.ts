import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import {
  type Diagnosed,
  type Diagnostic,
  Fault,
  hasErrors,
  type Manifest,
  type ManifestFile,
  readManifest,
} from "@holdfast/core";
import type { SourceOptions } from "./source-options.ts";
import { MAX_SOURCE_BYTES, readText } from "./read-text.ts";
import { BLUEPRINT_ENDINGS, MANIFEST_ENDINGS } from "./source-endings.ts";
import { sourceFault } from "./source-fault.ts";
import { refuseUnsafeSource } from "./source-safety.ts";

type LoadOptions = Pick<
  SourceOptions,
  "catalog" | "hash" | "facts" | "parameters" | "secretsFile" | "userId"
>;

/**
 * Reads one manifest file.
 * @throws {Fault} NotFound, PermissionDenied, SourceUnsafe, WrongType, ContentTooLarge, HostFailed, Aborted.
 */
export async function loadFile(
  path: string,
  options: LoadOptions,
  signal: AbortSignal,
): Promise<Diagnosed<Manifest>> {
  return await readFiles([path], options, signal);
}

/**
 * Reads the manifests of a directory, in the order of their names, as one. Hidden files and files of other endings are
 * left out, and so are the secrets; a directory or a blueprint in it is left out with a warning, because somebody may have meant it.
 * @throws {Fault} as for one file; NotFound, when there is no manifest in it.
 */
export async function loadDirectory(
  path: string,
  options: LoadOptions,
  signal: AbortSignal,
): Promise<Diagnosed<Manifest>> {
  refuseUnsafeSource(path, options.userId);
  const entries = await listDirectory(path, signal);
  const names = entries.filter(
    ({ name }) =>
      MANIFEST_ENDINGS.includes(extname(name)) && join(path, name) !== options.secretsFile,
  );
  const files = names.filter((entry) => !entry.isDirectory()).map(({ name }) => join(path, name));
  if (files.length === 0) {
    throw new Fault({
      reason: "NotFound",
      message: `${path} holds no manifest`,
      resolution: `Put a file there that ends in ${MANIFEST_ENDINGS.join(", ")}, or name another source.`,
    });
  }
  if (files.length > MAX_FILES) throw tooManyFiles(path, files.length);
  const read = await readFiles(files, options, signal);
  const ignored = entries.flatMap((entry) => ignoredEntry(path, entry));
  return { ...read, diagnostics: [...ignored, ...read.diagnostics] };
}

/** Most manifests of a directory. */
const MAX_FILES = 10_000;

function tooManyFiles(path: string, count: number): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${path} holds ${count} manifests; at most ${MAX_FILES} are read`,
    resolution: "Join some of them: several documents can be in one file.",
  });
}

async function readFiles(
  paths: readonly string[],
  options: LoadOptions,
  signal: AbortSignal,
): Promise<Diagnosed<Manifest>> {
  const diagnostics: Diagnostic[] = [];
  const files: ManifestFile[] = [];
  let leftBytes = MAX_SOURCE_BYTES;
  for (const path of paths) {
    refuseUnsafeSource(path, options.userId);
    const { value: text, diagnostics: found } = await readText(path, signal, leftBytes);
    leftBytes -= Buffer.byteLength(text ?? "");
    diagnostics.push(...found);
    const format = extname(path) === ".json" ? "json" : "yaml";
    if (text !== undefined) files.push({ file: path, text, format });
  }
  if (hasErrors(diagnostics)) return { diagnostics };
  return readManifest(files, options);
}

async function listDirectory(path: string, signal: AbortSignal) {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const shown = entries.filter(({ name }) => !name.startsWith("."));
    return shown.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    throw sourceFault(path, error, signal);
  }
}

function ignoredEntry(
  path: string,
  entry: { readonly name: string; isDirectory(): boolean },
): readonly Diagnostic[] {
  const isBlueprint = BLUEPRINT_ENDINGS.includes(extname(entry.name));
  if (!entry.isDirectory() && !isBlueprint) return [];
  const address = join(path, entry.name);
  const detail = entry.isDirectory()
    ? `${address} is a directory; only the manifests of ${path} itself are read.`
    : `${address} is a blueprint; a directory is read for manifests. Name the blueprint itself.`;
  return [{ severity: "warning", address, summary: "Ignored in the directory", detail }];
}
