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
import { identityAt, MOST_READINGS, sourceChanging } from "./file-identity.ts";
import { HeldDirectory } from "./held-directory.ts";
import { MAX_SOURCE_BYTES, readText } from "./read-text.ts";
import { BLUEPRINT_ENDINGS, MANIFEST_ENDINGS } from "./source-endings.ts";
import { sourceFault } from "./source-fault.ts";
import { refuseUnsafeSource, type SourceTrust, trustWarning } from "./source-safety.ts";
import { withForeignWords } from "./with-foreign-words.ts";

type LoadOptions = SourceTrust &
  Pick<SourceOptions, "catalog" | "hash" | "facts" | "parameters" | "otherFiles" | "foreignWords">;

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
 * A directory that is exchanged or written while it is read is read again: what is returned was there at one moment.
 * @throws {Fault} as for one file; NotFound, when there is no manifest in it; SourceChanging, when it was never read in one piece.
 */
export async function loadDirectory(
  path: string,
  options: LoadOptions,
  signal: AbortSignal,
): Promise<Diagnosed<Manifest>> {
  for (let reading = 0; reading < MOST_READINGS; reading++) {
    const { isOneMoment, ...read } = await loadOnce(path, options, signal);
    if (isOneMoment) return read;
  }
  throw sourceChanging(path);
}

async function loadOnce(
  path: string,
  options: LoadOptions,
  signal: AbortSignal,
): Promise<Diagnosed<Manifest> & { readonly isOneMoment: boolean }> {
  refuseUnsafeSource(path, options);
  using held = holdDirectory(path, options, signal);
  const entries = await listDirectory(path, held, signal);
  const names = entries.filter(
    ({ name }) =>
      MANIFEST_ENDINGS.includes(extname(name)) &&
      options.otherFiles?.includes(join(path, name)) !== true,
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
  const identities = new Map<string, string>();
  const seen = { held, entries, identities };
  const read = await readFiles(files, { ...options, ...seen }, signal).catch(async (error) => {
    // A file that is gone by now is no failure of the source when the source is another one by now.
    if (await isSame(path, seen, signal)) throw error;
    return undefined;
  });
  const isOneMoment = read !== undefined && (await isSame(path, seen, signal));
  const ignored = entries.flatMap((entry) => ignoredEntry(path, entry));
  return { ...read, diagnostics: [...ignored, ...(read?.diagnostics ?? [])], isOneMoment };
}

/** What was read of a directory. */
interface SeenDirectory {
  readonly held: HeldDirectory;
  readonly entries: readonly { readonly name: string }[];
  readonly identities: ReadonlyMap<string, string>;
}

/**
 * Whether the directory that was read still has the entries that were listed, and each file is the one that was read. Another
 * may have its place by now.
 */
async function isSame(
  path: string,
  { held, entries, identities }: SeenDirectory,
  signal: AbortSignal,
): Promise<boolean> {
  const now = await listDirectory(path, held, signal).catch(() => []);
  const names = (list: readonly { readonly name: string }[]): string =>
    JSON.stringify(list.map(({ name }) => name));
  if (names(now) !== names(entries)) return false;
  for (const [file, identity] of identities) {
    if ((await identityAt(held.at(file))) !== identity) return false;
  }
  return true;
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
  options: LoadOptions & {
    readonly held?: HeldDirectory;
    readonly identities?: Map<string, string>;
  },
  signal: AbortSignal,
): Promise<Diagnosed<Manifest>> {
  const diagnostics: Diagnostic[] = [];
  const files: ManifestFile[] = [];
  let leftBytes = MAX_SOURCE_BYTES;
  let firstOfUser: string | undefined;
  for (const path of paths) {
    if (refuseUnsafeSource(path, options)) firstOfUser ??= path;
    const { held } = options;
    const reading = { at: held?.at(path) ?? path, trust: options, maxBytes: leftBytes };
    const { value: text, diagnostics: found, identity } = await readText(path, signal, reading);
    options.identities?.set(path, identity);
    leftBytes -= Buffer.byteLength(text ?? "");
    diagnostics.push(...found);
    const format = extname(path) === ".json" ? "json" : "yaml";
    if (text !== undefined) files.push({ file: path, text, format });
  }
  if (firstOfUser !== undefined) diagnostics.push(trustWarning(firstOfUser, options));
  if (hasErrors(diagnostics)) return { diagnostics };
  const read = await withForeignWords(options, (words) =>
    readManifest(files, words === undefined ? options : { ...options, words }),
  );
  return { ...read, diagnostics: [...diagnostics, ...read.diagnostics] };
}

function holdDirectory(path: string, options: LoadOptions, signal: AbortSignal): HeldDirectory {
  try {
    return HeldDirectory.open(path, options);
  } catch (error) {
    throw sourceFault(path, error, signal);
  }
}

async function listDirectory(path: string, held: HeldDirectory, signal: AbortSignal) {
  try {
    const entries = await readdir(held.at(path), { withFileTypes: true });
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
