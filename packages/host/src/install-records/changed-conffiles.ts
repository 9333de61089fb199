import { hash } from "node:crypto";
import type { Fault, FileReader, FileReadRequest } from "@holdfast/core";
import type { ConffileRecord } from "./package-records.ts";

/** Longer ones are not compared. */
const MOST_BYTES = 1024 * 1024;

/** What became of a configuration file that a package brought. */
export type ConffileState = "unchanged" | "changed" | "removed" | "too long" | Fault;

/** Compares configuration files with the digests on record, in this process; in the order of the records. */
export async function compareConffiles(
  files: FileReader,
  conffiles: readonly ConffileRecord[],
  signal: AbortSignal,
): Promise<readonly ConffileState[]> {
  const requests = conffiles.map(({ path }): FileReadRequest => {
    return { path, content: "bytes", maxBytes: MOST_BYTES, followLink: true };
  });
  const found = await files.readMany(requests, signal);
  return conffiles.map(({ md5 }, position) => {
    const reading = found[position];
    if (reading === undefined || reading.type === "absent") return "removed";
    if (reading.type === "unknown") return reading.fault;
    const { entry, bytes } = reading.value;
    if (entry.type !== "file") return "changed";
    if (bytes === undefined) return "too long";
    return hash("md5", bytes, "hex") === md5 ? "unchanged" : "changed";
  });
}
