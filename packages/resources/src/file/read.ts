import {
  ABSENT,
  type FileReading,
  type FileReadRequest,
  type HostReader,
  type Observation,
} from "@holdfast/core";
import { COMPARE_LIMIT_BYTES, SHOW_LIMIT_BYTES } from "./content.ts";
import type { FileSpec } from "./spec.ts";

/** What was read for one spec. */
export interface FileReadings {
  /** The path of the file itself. */
  readonly target: Observation<FileReading>;
  /** The path its content comes from, if any. */
  readonly source?: Observation<FileReading>;
}

/**
 * Reads what the specs need to be compared: one bulk read for all, and a second one for large files that have just the
 * declared length. Everything else is decided by its length or by the bytes of the first.
 */
export async function readFiles(
  specs: readonly FileSpec[],
  host: HostReader,
  signal: AbortSignal,
): Promise<ReadonlyMap<FileSpec, FileReadings>> {
  const sources = specs.map(sourceRequest).filter((request) => request !== undefined);
  const requests = [...specs.map(targetRequest), ...sources];
  const found = await host.files.readMany(requests, signal);
  const readings = new Map<FileSpec, FileReadings>();
  let next = specs.length;
  specs.forEach((spec, position) => {
    const target = found[position] ?? ABSENT;
    const source = sourceRequest(spec) === undefined ? undefined : found[next++];
    readings.set(spec, source === undefined ? { target } : { target, source });
  });
  await digestLargeFiles(readings, host, signal);
  return readings;
}

async function digestLargeFiles(
  readings: Map<FileSpec, FileReadings>,
  host: HostReader,
  signal: AbortSignal,
): Promise<void> {
  const large: FileSpec[] = [];
  for (const [spec, { target }] of readings) if (needsDigest(spec, target)) large.push(spec);
  if (large.length === 0) return;
  const requests = large.map((spec) => ({ ...targetRequest(spec), content: "sha256" as const }));
  const found = await host.files.readMany(requests, signal);
  large.forEach((spec, position) => {
    readings.set(spec, { target: found[position] ?? ABSENT });
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
  if (content.type === "path" || content.type === "url") {
    return { path, followLink, content: "sha256" };
  }
  const length = longLength(spec);
  if (content.type === "unmanaged" || length > COMPARE_LIMIT_BYTES) {
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
