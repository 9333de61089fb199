import {
  Fault,
  type FileReading,
  type FstabEntry,
  fstabFormat,
  type Observation,
  parseTable,
  present,
  printTable,
  type ReadContext,
  type TextTable,
  unknown,
  type WriteContext,
} from "@holdfast/core";
import { fromByteString, toByteString } from "../byte-text.ts";
import { wrongType } from "../path-faults.ts";

/** What is mounted and swapped to at boot. */
export const FSTAB = "/etc/fstab";

/** The lines of fstab; every text in them is a byte string. */
export type FstabTable = TextTable<FstabEntry>;

/** Reads fstab; one that is not there has no lines. */
export async function readFstab({
  host,
  signal,
}: Pick<ReadContext, "host" | "signal">): Promise<Observation<FstabTable>> {
  const reading = await host.files.read({ path: FSTAB, content: "bytes" }, signal);
  if (reading.type === "unknown") return reading;
  if (reading.type === "absent") return present(parseTable("", fstabFormat));
  return tableIn(reading.value);
}

/** Replaces fstab, and has systemd make its units anew, where one runs. */
export async function writeFstab(
  table: FstabTable,
  { host, attempt, signal }: WriteContext,
): Promise<void> {
  const content = fromByteString(printTable(table));
  await host.files.write({ path: FSTAB, content, attempt }, signal);
}

/** Has systemd make its units of fstab anew; without a systemd there is nobody who has any. */
export async function reloadUnits({ host, signal }: WriteContext): Promise<void> {
  try {
    await host.services.daemonReload(signal);
  } catch (error) {
    if (!(error instanceof Fault) || error.reason !== "ServicesUnavailable") throw error;
  }
}

/** The fault of two lines where one is meant: nobody knows which one counts. */
export function repeatedFault(what: string): Fault {
  return new Fault({
    reason: "ContentInvalid",
    message: `${FSTAB} has several lines for ${what}`,
    resolution: "Keep one of them; Holdfast does not choose.",
  });
}

function tableIn({ entry, bytes }: FileReading): Observation<FstabTable> {
  if (entry.type !== "file") {
    const found = { path: FSTAB, type: entry.type };
    return unknown(wrongType(found, "a file", "Put the file itself there."));
  }
  if (bytes === undefined) return unknown(tooLarge(entry.sizeBytes));
  return present(parseTable(toByteString(bytes), fstabFormat));
}

function tooLarge(sizeBytes: number): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${FSTAB} has ${sizeBytes} bytes, which is more than a list of mounts`,
    resolution: "Put the right file there.",
  });
}
