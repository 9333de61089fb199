import {
  ABSENT,
  Fault,
  type FileReading,
  type FileType,
  type Observation,
  present,
  type ReadContext,
  unknown,
} from "@holdfast/core";
import { type JsonDocument, MAX_DOCUMENT_BYTES, parseDocument, tooLarge } from "./document.ts";
import { isExactValue } from "./json-value.ts";
import { type FieldState, fieldState } from "./find-field.ts";
import type { JsonFieldInput, JsonFieldSpec } from "./spec.ts";

/** What the file of a field holds of it. Absent means that there is no file. */
export interface JsonFieldObserved {
  readonly type: FileType;
  /** 12 bits, of the file. */
  readonly mode: number;
  /** `undefined` for what is not a regular file. */
  readonly field?: FieldState;
}

/** One bulk read of all files, each parsed once. */
export type JsonFieldSnapshot = ReadonlyMap<string, Observation<ParsedFile>>;

interface ParsedFile {
  readonly type: FileType;
  readonly mode: number;
  /** Of a regular file. */
  readonly document?: JsonDocument;
}

/** Reads every file once, however many fields are declared in it. */
export async function snapshotJsonFields(
  specs: readonly JsonFieldSpec[],
  context: ReadContext,
): Promise<JsonFieldSnapshot> {
  const paths = [...new Set(specs.map(({ path }) => path))];
  const requests = paths.map((path) => ({
    path,
    content: "bytes" as const,
    maxBytes: MAX_DOCUMENT_BYTES,
  }));
  const found = await context.host.files.readMany(requests, context.signal);
  return new Map(
    paths.map((path, position) => [path, parseReading(path, found[position] ?? ABSENT)] as const),
  );
}

/** Observes one field, in the snapshot where its file is in it. A file that cannot be understood is unknown. */
export async function observeJsonField(
  spec: JsonFieldSpec,
  context: ReadContext<JsonFieldSnapshot>,
): Promise<Observation<JsonFieldObserved>> {
  const snapshot = context.snapshot?.has(spec.path)
    ? context.snapshot
    : await snapshotJsonFields([spec], { ...context, snapshot: undefined });
  const file = snapshot.get(spec.path) ?? ABSENT;
  if (file.type !== "present") return file;
  const { type, mode, document } = file.value;
  if (document === undefined) return present({ type, mode });
  return present({ type, mode, field: fieldState(document.root, spec) });
}

/** A file that cannot be understood spoils the fields in it, and no others. */
function parseReading(path: string, reading: Observation<FileReading>): Observation<ParsedFile> {
  if (reading.type !== "present") return reading;
  const { entry, bytes } = reading.value;
  const { type, mode } = entry;
  if (type !== "file") return present({ type, mode });
  if (bytes === undefined) return unknown(tooLarge(path, entry.sizeBytes));
  try {
    return present({ type, mode, document: parseDocument(bytes, path) });
  } catch (error) {
    if (error instanceof Fault) return unknown(error);
    throw error;
  }
}

/**
 * A field as an author would write it; `undefined` where there is no object that could hold it, or where the value has a
 * number that was rounded as it was read.
 */
export function describeJsonField(
  { path, keys }: JsonFieldSpec,
  { field }: JsonFieldObserved,
): JsonFieldInput | undefined {
  const where = { path, field: [...keys] };
  if (field?.type === "present") {
    return isExactValue(field.value) ? { ...where, value: field.value } : undefined;
  }
  return field?.type === "absent" ? { ...where, state: "absent" } : undefined;
}
