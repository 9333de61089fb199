import {
  ABSENT,
  Fault,
  type FileReading,
  type FileType,
  type Observation,
  present,
  type ReadContext,
  type TextLine,
  unknown,
} from "@holdfast/core";
import { wideTextFault } from "../byte-text.ts";
import { compileLine } from "./compile-line.ts";
import { currentText, linesOf } from "./edit.ts";
import type { LineSpec } from "./spec.ts";

/** Largest file whose lines are edited. */
export const MAX_EDITED_BYTES = 1_048_576;

/** What the file of a line holds of it. Absent means that there is no file. */
export interface LineObserved {
  readonly type: FileType;
  /** 12 bits, of the file. */
  readonly mode: number;
  /** What of the file is the resource, as a byte string; `undefined` when nothing is. */
  readonly current?: string;
}

/** One bulk read of all files, each split into lines once. */
export type LineSnapshot = ReadonlyMap<string, Observation<EditedFile>>;

interface EditedFile {
  readonly reading: FileReading;
  /** Of a regular file that is not too large. */
  readonly lines?: readonly TextLine[];
}

/** Reads every file once, however many lines are declared in it. */
export async function snapshotLines(
  specs: readonly LineSpec[],
  context: ReadContext,
): Promise<LineSnapshot> {
  const paths = [...new Set(specs.map(({ path }) => path))];
  const requests = paths.map((path) => ({
    path,
    content: "bytes" as const,
    maxBytes: MAX_EDITED_BYTES,
  }));
  const found = await context.host.files.readMany(requests, context.signal);
  return new Map(
    paths.map((path, position) => [path, splitReading(path, found[position] ?? ABSENT)] as const),
  );
}

/**
 * Observes one line, in the snapshot where its file is in it.
 * @throws {Fault} ContentTooLarge, when the file is too long to be edited, or for a pattern.
 */
export async function observeLine(
  spec: LineSpec,
  context: ReadContext<LineSnapshot>,
): Promise<Observation<LineObserved>> {
  const snapshot = context.snapshot?.has(spec.path)
    ? context.snapshot
    : await snapshotLines([spec], { ...context, snapshot: undefined });
  const file = snapshot.get(spec.path) ?? ABSENT;
  if (file.type !== "present") return file;
  const { reading, lines } = file.value;
  const { type, mode, sizeBytes } = reading.entry;
  if (type !== "file") return present({ type, mode });
  if (lines === undefined) throw tooLarge(spec.path, sizeBytes);
  const current = currentText(lines, await compileLine(spec, sizeBytes));
  return present({ type, mode, ...(current === undefined ? {} : { current }) });
}

/** The fault of a file that is too large to be edited. */
export function tooLarge(path: string, sizeBytes: number): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${path} has ${sizeBytes} bytes; lines are edited in at most ${MAX_EDITED_BYTES}`,
    resolution: "Declare the whole file, or edit it with an exec that has a guard.",
  });
}

/** A file that cannot be edited spoils the lines in it, and no others. */
function splitReading(path: string, reading: Observation<FileReading>): Observation<EditedFile> {
  if (reading.type !== "present") return reading;
  const { bytes } = reading.value;
  if (bytes === undefined) return present({ reading: reading.value });
  const fault = wideTextFault(bytes, path);
  if (fault !== undefined) return unknown(fault);
  return present({ reading: reading.value, lines: linesOf(bytes) });
}
