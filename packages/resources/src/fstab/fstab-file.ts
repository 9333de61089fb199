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
import { fromByteString, toByteString, wideTextFault } from "../byte-text.ts";
import { editAgain } from "../edit-again.ts";
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

/**
 * Makes an edit in the fstab of now, again where another program changed it meanwhile.
 * @throws {Fault} what keeps it from being read or written; ChangedMeanwhile.
 */
export function editFstab(
  edit: (table: FstabTable) => FstabTable,
  context: WriteContext,
): Promise<void> {
  return editAgain(() => editOnce(edit, context));
}

async function editOnce(
  edit: (table: FstabTable) => FstabTable,
  context: WriteContext,
): Promise<void> {
  const { host, attempt, signal } = context;
  const fstab = await readFstab(context);
  if (fstab.type === "unknown") throw fstab.fault;
  if (fstab.type === "absent") return;
  const edited = edit(fstab.value);
  if (edited === fstab.value) return;
  const content = fromByteString(printTable(edited));
  const expects = fromByteString(printTable(fstab.value));
  await host.files.write({ path: FSTAB, content, expects, attempt }, signal);
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
  const fault = wideTextFault(bytes, FSTAB);
  if (fault !== undefined) return unknown(fault);
  return present(parseTable(toByteString(bytes), fstabFormat));
}

function tooLarge(sizeBytes: number): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${FSTAB} has ${sizeBytes} bytes, which is more than a list of mounts`,
    resolution: "Put the right file there.",
  });
}
