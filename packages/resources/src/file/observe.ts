import {
  assert,
  Fault,
  type FileReading,
  type FileType,
  type Hash,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";
import { type AccountIds, findAccounts } from "../attributes/account-ids.ts";
import {
  describeAttributes,
  type ObservedAttributes,
  observedAttributes,
} from "../attributes/attributes.ts";
import {
  type ContentDigest,
  type ObservedContent,
  observedContent,
  SHOW_LIMIT_BYTES,
} from "./content.ts";
import { type FileReadings, readFiles } from "./read.ts";
import { withRendered } from "./render.ts";
import { unavailableContent } from "./source.ts";
import { type FileInput, type FileSpec, type InlineContent, sourcePaths } from "./spec.ts";

/** What is at the path of a file. */
export interface FileObserved extends ObservedAttributes {
  readonly type: FileType;
  /** Of a regular file; of anything else it is not read. */
  readonly content: ObservedContent;
  /** The declared content, where it had to be read or hashed to compare or to show it. */
  readonly declared?: ContentDigest;
  /** What the template made. */
  readonly rendered?: InlineContent;
}

/** One bulk read of many files. A spec is found in it as the object it is. */
export interface FileSnapshot {
  readonly readings: ReadonlyMap<FileSpec, FileReadings>;
  readonly accounts: AccountIds;
}

/** Reads everything the specs need at once. */
export async function snapshotFiles(
  specs: readonly FileSpec[],
  context: ReadContext,
): Promise<FileSnapshot> {
  const { host, signal } = context;
  const readings = await readFiles(specs, host, signal);
  return { readings, accounts: await findAccounts(specs, host.accounts, signal) };
}

/**
 * Observes one file, in the snapshot where it is in it.
 * @throws {Fault} ContentUnavailable, when the declared source of its content cannot be read; TemplateInvalid.
 */
export function observeFile(
  spec: FileSpec,
  context: ReadContext<FileSnapshot>,
): Observation<FileObserved> | Promise<Observation<FileObserved>> {
  const { snapshot, host } = context;
  return snapshot?.readings.has(spec) === true
    ? fileIn(snapshot, spec, host.hash)
    : observeAlone(spec, context);
}

/** A file as an author would write it; `undefined` when its content is not known whole, or it is no file. */
export function describeFile(spec: FileSpec, observed: FileObserved): FileInput | undefined {
  const { type, content } = observed;
  const isKnown = content.type === "unmanaged" || content.type === "text";
  if (type !== "file" || !isKnown) return undefined;
  return {
    ...(content.type === "text" ? { content: content.text } : {}),
    ...describeAttributes(observed),
    ...(spec.followLink ? { followLink: true } : {}),
  };
}

async function observeAlone(
  spec: FileSpec,
  context: ReadContext<FileSnapshot>,
): Promise<Observation<FileObserved>> {
  const snapshot = await snapshotFiles([spec], { ...context, snapshot: undefined });
  return fileIn(snapshot, spec, context.host.hash);
}

function fileIn(
  { readings, accounts }: FileSnapshot,
  spec: FileSpec,
  hash: Hash,
): Observation<FileObserved> {
  const reading = readings.get(spec);
  assert(reading !== undefined, "a snapshot holds what it was asked for");
  const { target, rendered } = reading;
  if (rendered instanceof Fault) throw rendered;
  const wanted = withRendered(spec, rendered);
  const source = reading.source && readSource(reading.source, spec);
  if (target.type !== "present") return target;
  const { entry } = target.value;
  const content = observedContent(wanted, target.value, hash);
  const declared = source ?? inlineDigest(wanted, content, hash);
  const attributes = observedAttributes(entry, spec, accounts);
  return present({
    type: entry.type,
    ...attributes,
    content,
    ...(declared === undefined ? {} : { declared }),
    ...(rendered === undefined ? {} : { rendered }),
  });
}

function readSource(source: Observation<FileReading>, spec: FileSpec): ContentDigest {
  const reading = source.type === "present" ? source.value : undefined;
  if (reading?.sha256 !== undefined) {
    return { type: "digest", sizeBytes: reading.entry.sizeBytes, sha256: reading.sha256 };
  }
  const { path } = spec;
  throw unavailableContent({ path, from: sourcePaths(spec)[0] ?? "", source });
}

/** Hashes long declared content only when it is needed: to compare by digest, or to show what differs. */
function inlineDigest(
  { content }: FileSpec,
  observed: ObservedContent,
  hash: Hash,
): ContentDigest | undefined {
  if (content.type !== "inline" || content.bytes === undefined) return undefined;
  const { text, bytes } = content;
  const isDeclared = observed.type === "text" && observed.text === text;
  if (isDeclared || bytes.length <= SHOW_LIMIT_BYTES) return undefined;
  const form = text.includes("\0") ? "binary" : "text";
  return { type: "digest", sizeBytes: bytes.length, sha256: hash.sha256(bytes), form };
}
