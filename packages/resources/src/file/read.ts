import {
  ABSENT,
  Fault,
  type FileReading,
  type FileReadRequest,
  type HostReader,
  type Observation,
} from "@holdfast/core";
import { COMPARE_LIMIT_BYTES, SHOW_LIMIT_BYTES } from "./content.ts";
import { renderContents, withRendered } from "./render.ts";
import type { FileSpec, InlineContent } from "./spec.ts";

/** What was read for one spec. */
export interface FileReadings {
  /** The path of the file itself. */
  readonly target: Observation<FileReading>;
  /** The path its content comes from, if any. */
  readonly source?: Observation<FileReading>;
  /** What its template made of it, or why it could not. */
  readonly rendered?: InlineContent | Fault;
}

/**
 * Reads what the specs need to be compared: templates and what they are made of, then one bulk read for all, and a second
 * one for large files that have just the declared length. Everything else is decided by its length or by the bytes of the
 * first.
 */
export async function readFiles(
  specs: readonly FileSpec[],
  host: HostReader,
  signal: AbortSignal,
): Promise<ReadonlyMap<FileSpec, FileReadings>> {
  const contents = await renderContents(specs, host, signal);
  const wanted = specs.map((spec) => wantedOf(spec, contents.get(spec)));
  const sources = specs.map(sourceRequest).filter((request) => request !== undefined);
  const requests = [...wanted.map(targetRequest), ...sources];
  const found = await host.files.readMany(requests, signal);
  const readings = new Map<FileSpec, FileReadings>();
  let next = specs.length;
  specs.forEach((spec, position) => {
    const target = found[position] ?? ABSENT;
    const source = sourceRequest(spec) === undefined ? undefined : found[next++];
    const rendered = contents.get(spec);
    readings.set(spec, {
      target,
      ...(source === undefined ? {} : { source }),
      ...(rendered === undefined ? {} : { rendered }),
    });
  });
  await digestLargeFiles(readings, host, signal);
  return readings;
}

/** What to compare with: where there is nothing to compare with, nothing of the file is read. */
function wantedOf(spec: FileSpec, rendered: InlineContent | Fault | undefined): FileSpec {
  return rendered instanceof Fault ? spec : withRendered(spec, rendered);
}

async function digestLargeFiles(
  readings: Map<FileSpec, FileReadings>,
  host: HostReader,
  signal: AbortSignal,
): Promise<void> {
  const large: (readonly [FileSpec, FileReadings, FileSpec])[] = [];
  for (const [spec, reading] of readings) {
    const wanted = wantedOf(spec, reading.rendered);
    if (needsDigest(wanted, reading.target)) large.push([spec, reading, wanted]);
  }
  if (large.length === 0) return;
  const requests = large.map(([, , wanted]) => ({
    ...targetRequest(wanted),
    content: "sha256" as const,
  }));
  const found = await host.files.readMany(requests, signal);
  large.forEach(([spec, reading], position) => {
    readings.set(spec, { ...reading, target: found[position] ?? ABSENT });
  });
}

function needsDigest(spec: FileSpec, target: Observation<FileReading>): boolean {
  return (
    target.type === "present" &&
    target.value.entry.type === "file" &&
    longLength(spec) > COMPARE_LIMIT_BYTES &&
    longLength(spec) === target.value.entry.sizeBytes
  );
}

function targetRequest(spec: FileSpec): FileReadRequest {
  const { path, content, isAbsent } = spec;
  if (isAbsent) return { path, content: "none" };
  const followLink = spec.followLink;
  if (content.type === "path" || content.type === "url" || content.type === "kept") {
    return { path, followLink, content: "sha256" };
  }
  const length = longLength(spec);
  const isUnknown = content.type === "unmanaged" || content.type === "template";
  if (isUnknown || length > COMPARE_LIMIT_BYTES) {
    return { path, followLink, content: "none" };
  }
  return { path, followLink, content: "bytes", maxBytes: Math.max(length, SHOW_LIMIT_BYTES) };
}

function sourceRequest({ content, isAbsent }: FileSpec): FileReadRequest | undefined {
  if (content.type !== "path" || isAbsent) return undefined;
  return { path: content.path, content: "sha256", followLink: true };
}

/** The length of long declared text in bytes; 0 for any other content. */
function longLength({ content, isAbsent }: FileSpec): number {
  return content.type === "inline" && !isAbsent ? (content.bytes?.length ?? 0) : 0;
}
