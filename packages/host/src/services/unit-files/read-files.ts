import type { FileReader, FileReading, Observation } from "@holdfast/core";

/** No unit file is longer; one that is, is not read. */
const MOST_FILE_BYTES = 256 * 1024;

/** Reads unit files or drop-ins; links are not followed. */
export function readFiles(
  files: FileReader,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly Observation<FileReading>[]> {
  const content = "bytes" as const;
  const requests = paths.map((path) => ({ path, content, maxBytes: MOST_FILE_BYTES }));
  return files.readMany(requests, signal);
}

/** Whether it stands for nothing: a link to /dev/null, or an empty file. */
export function isMask(reading: Observation<FileReading>): boolean {
  if (reading.type !== "present") return false;
  const { entry, linkTarget } = reading.value;
  return linkTarget === "/dev/null" || (entry.type === "file" && entry.sizeBytes === 0);
}
