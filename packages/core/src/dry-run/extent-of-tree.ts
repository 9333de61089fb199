import type { FileReader, FileReading } from "../ports/files.ts";

/** More entries are not counted. */
const MOST_COUNTED = 100_000;
const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;
const STEP = 1024;

/** How much goes with a directory, in words; `undefined` for what is no directory, or holds nothing. */
export async function extentOf(
  path: string,
  files: FileReader,
  signal: AbortSignal,
): Promise<string | undefined> {
  const request = { path, content: "none", maxEntries: MOST_COUNTED, maxBytes: 0 } as const;
  const found = await files.readTree(request, signal);
  if (found.type === "unknown") {
    return found.fault.reason === "ContentTooLarge"
      ? `removes more than ${MOST_COUNTED} entries, or very deep ones`
      : `removes a tree that cannot be read whole: ${found.fault.message}`;
  }
  if (found.type === "absent" || found.value.entries.length === 0) return undefined;
  const { entries } = found.value;
  let sizeBytes = 0;
  for (const { found: entry } of entries) {
    if (entry.type === "present") sizeBytes += sizeOfFile(entry.value);
  }
  const many = entries.length === 1 ? "1 entry" : `${entries.length} entries`;
  return `removes ${many} in it, ${sizeText(sizeBytes)}`;
}

function sizeOfFile({ entry }: FileReading): number {
  return entry.type === "file" ? entry.sizeBytes : 0;
}

function sizeText(sizeBytes: number): string {
  let at = 0;
  let size = sizeBytes;
  for (; size >= STEP && at < UNITS.length - 1; at += 1) size /= STEP;
  return `${at === 0 ? size : size.toFixed(1)} ${UNITS[at]}`;
}
