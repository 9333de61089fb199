import { Fault, type ReadContext, type WriteContext } from "@holdfast/core";
import * as z from "zod/mini";
import { decodeText, encodeText } from "../byte-text.ts";
import { writeFault, wrongType } from "../path-faults.ts";
import { namesOf } from "./manifest/entry-path.ts";
import type { ManifestEntry } from "./manifest/manifest-entry.ts";
import type { ArchiveSpec } from "./spec.ts";

/** A record of as many entries as an archive may have is shorter. */
const MAX_RECORD_BYTES = 32 * 1024 * 1024;
const RECORD_MODE = 0o600;

/** A path as `namesOf` leaves it: whoever can write beside the directory must not say what is removed elsewhere. */
const pathSchema = z.string().check(z.refine(isPlainPath));
const sha256Schema = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const modeSchema = z.int().check(z.nonnegative(), z.maximum(0o7777));

const entrySchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("directory"),
    path: pathSchema,
    mode: z.optional(modeSchema),
  }),
  z.strictObject({
    type: z.literal("file"),
    path: pathSchema,
    mode: modeSchema,
    sha256: sha256Schema,
  }),
  z.strictObject({ type: z.literal("link"), path: pathSchema, target: z.string() }),
  z.strictObject({
    type: z.literal("hard-link"),
    path: pathSchema,
    target: pathSchema,
    mode: modeSchema,
    sha256: sha256Schema,
  }),
]);

const recordSchema = z.strictObject({
  version: z.literal(1),
  archive: sha256Schema,
  source: z.union([z.strictObject({ path: z.string() }), z.strictObject({ url: z.string() })]),
  selection: z.strictObject({
    strip: z.int(),
    exclude: z.array(z.string()),
    setuid: z.boolean(),
  }),
  attempt: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,32}$/))),
  entries: z.array(entrySchema),
  obsolete: z.array(entrySchema),
  found: z.array(pathSchema),
});

/**
 * What was extracted into a directory, kept beside it: an archive alone cannot tell what a machine has of it, nor which files
 * of an earlier one are still as they came.
 */
export interface ArchiveRecord {
  readonly version: 1;
  /** SHA-256 of the archive. */
  readonly archive: string;
  readonly source: { readonly path: string } | { readonly url: string };
  readonly selection: ArchiveSpec["selection"];
  /** The attempt that is not known to have come to its end; it may have left temporary files. */
  readonly attempt?: string | undefined;
  /** Parents first; the directory itself is the first. */
  readonly entries: readonly ManifestEntry[];
  /** Of earlier archives, and still to be removed. */
  readonly obsolete: readonly ManifestEntry[];
  /** Directories that were there before, and stay. */
  readonly found: readonly string[];
}

/** What is at the place of a record. */
export type RecordReading =
  | { readonly type: "none" }
  /** Something that is no record: nothing is known of what was extracted. */
  | { readonly type: "broken" }
  | { readonly type: "record"; readonly record: ArchiveRecord };

/**
 * Reads the record of a directory.
 * @throws {Fault} what makes a path unknown; WrongType, when something else is there.
 */
export async function readRecord(
  { recordPath: path }: Pick<ArchiveSpec, "recordPath">,
  { host, signal }: Pick<ReadContext, "host" | "signal">,
): Promise<RecordReading> {
  const request = { path, content: "bytes", maxBytes: MAX_RECORD_BYTES } as const;
  const reading = await host.files.read(request, signal);
  if (reading.type === "unknown") throw reading.fault;
  if (reading.type === "absent") return { type: "none" };
  const { entry, bytes } = reading.value;
  if (entry.type !== "file") {
    const resolution = `Move ${path} out of the way: Holdfast keeps its record there.`;
    throw wrongType({ path, type: entry.type }, "a record", resolution);
  }
  return parseRecord(bytes === undefined ? undefined : decodeText(bytes));
}

/** Writes the record of a directory. @throws {Fault} NotFound, when the directory's parent is missing. */
export async function writeRecord(
  { recordPath: path }: ArchiveSpec,
  record: ArchiveRecord,
  { host, attempt, signal }: WriteContext,
): Promise<void> {
  const content = encodeText(`${JSON.stringify(record)}\n`);
  if (content.length > MAX_RECORD_BYTES) throw tooLong(path);
  try {
    await host.files.write({ path, content, mode: RECORD_MODE, attempt }, signal);
  } catch (error) {
    throw writeFault(error, path);
  }
}

/** Reads the text of a record; what is no record is broken, whatever it is. */
export function parseRecord(text: string | undefined): RecordReading {
  try {
    const value: unknown = JSON.parse(text ?? "");
    const parsed = recordSchema.safeParse(value);
    return parsed.success ? { type: "record", record: parsed.data } : { type: "broken" };
  } catch (error) {
    if (error instanceof SyntaxError) return { type: "broken" };
    throw error;
  }
}

function isPlainPath(path: string): boolean {
  try {
    return namesOf(path).join("/") === path;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

function tooLong(path: string): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `the record ${path} would have more than ${MAX_RECORD_BYTES} bytes`,
    resolution: "Make smaller archives, or extract it with an exec that has a guard.",
  });
}
