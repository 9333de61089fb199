import {
  ABSENT,
  type FileReading,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";
import {
  type FileObserved,
  type FileSnapshot,
  observeFile,
  snapshotFiles,
} from "../file/observe.ts";
import { renderedText } from "../rendered-file/rendered-file.ts";
import type { AptRepositoryInput } from "./fields.ts";
import { parseSources } from "./sources-text.ts";
import { type AptRepositorySpec, bindAptRepository } from "./spec.ts";

/** The file of a source, and the key that signs it. */
export interface AptRepositoryObserved {
  readonly file?: FileObserved;
  /** Of the file of the key; `undefined` where no digest is declared, or no such file is there. */
  readonly keySha256?: string;
}

/** One bulk read for all. */
export interface AptRepositorySnapshot {
  readonly files: FileSnapshot;
  /** Those whose digest is declared, by path. */
  readonly keys: ReadonlyMap<string, Observation<FileReading>>;
}

/** Reads the files of all sources and the keys that are in files. */
export async function snapshotAptRepositories(
  specs: readonly AptRepositorySpec[],
  context: ReadContext,
): Promise<AptRepositorySnapshot> {
  const files = await snapshotFiles(
    specs.map(({ file }) => file),
    context,
  );
  const paths = [...new Set(specs.flatMap((spec) => (isDigested(spec) ? [pathOfKey(spec)] : [])))];
  const requests = paths.map((path) => ({ path, content: "sha256" as const, followLink: true }));
  const found = await context.host.files.readMany(requests, context.signal);
  const keys = new Map(paths.map((path, position) => [path, found[position] ?? ABSENT]));
  return { files, keys };
}

/** Observes one source, in the snapshot where it is in it. */
export async function observeAptRepository(
  spec: AptRepositorySpec,
  context: ReadContext<AptRepositorySnapshot>,
): Promise<Observation<AptRepositoryObserved>> {
  const { files, keys } =
    context.snapshot?.files.readings.has(spec.file) === true
      ? context.snapshot
      : await snapshotAptRepositories([spec], { ...context, snapshot: undefined });
  const file = await observeFile(spec.file, { ...context, snapshot: files });
  if (file.type === "unknown") return file;
  const own = file.type === "present" ? { file: file.value } : {};
  if (!isDigested(spec)) return file.type === "absent" ? ABSENT : present(own);
  const key = keys.get(pathOfKey(spec)) ?? ABSENT;
  if (key.type === "unknown") return key;
  const sha256 = key.type === "present" ? key.value.sha256 : undefined;
  return present({ ...own, ...(sha256 === undefined ? {} : { keySha256: sha256 }) });
}

/** A source as an author would write it; `undefined` where its file says what fields cannot. */
export function describeAptRepository(
  spec: AptRepositorySpec,
  { file, keySha256 }: AptRepositoryObserved,
): AptRepositoryInput | undefined {
  if (file === undefined) return { state: "absent" };
  const text = renderedText(file);
  const written = text === undefined ? undefined : parseSources(text);
  if (written === undefined) return undefined;
  const input = withDigest(written, spec, keySha256);
  let isPossible = true;
  const { content } = bindAptRepository(spec.name, input, () => {
    isPossible = false;
  }).file;
  return isPossible && content.type === "inline" && content.text === text ? input : undefined;
}

/** The digest of the very key that was observed. */
function withDigest(
  input: AptRepositoryInput,
  { keyFile }: AptRepositorySpec,
  sha256: string | undefined,
): AptRepositoryInput {
  const { signedBy } = input;
  if (signedBy === undefined || !("path" in signedBy) || sha256 === undefined) return input;
  return signedBy.path === keyFile?.path ? { ...input, signedBy: { ...signedBy, sha256 } } : input;
}

function isDigested({ keyFile }: AptRepositorySpec): boolean {
  return keyFile?.sha256 !== undefined;
}

function pathOfKey({ keyFile }: AptRepositorySpec): string {
  return keyFile?.path ?? "";
}
