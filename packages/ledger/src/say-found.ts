import type { Fault, Log } from "@holdfast/core";
import type { FoundLedger } from "./read-ledger.ts";

/** To whom, and about which file. */
interface Telling {
  readonly log: Log;
  readonly path: string;
  readonly isReadOnly: boolean;
}

/** Says what is wrong with a ledger that was read, and what it was about. */
export function sayFound(found: FoundLedger, { log, path }: Telling): void {
  const { lost, memory, isThere, recordCount } = found;
  const reason = "LedgerCorrupt";
  for (const line of lost.described) {
    log.warn(`a record of the ledger is damaged and lost: ${line}`, { reason, path });
  }
  const more = lost.count - lost.described.length;
  if (more > 0)
    log.warn(`${more} more records of the ledger are damaged and lost`, { reason, path });
  if (isThere && recordCount === 0) {
    log.warn("no record of the ledger is left", { reason, path });
  }
  const { length } = memory.foreign;
  if (length === 0) return;
  log.warn(`${length} records of the ledger are of a later version, and are kept for it`, { path });
}

/** Says that a ledger cannot be read, and what follows. */
export function sayUnread({ reason, message }: Fault, { log, isReadOnly }: Telling): void {
  const what = isReadOnly
    ? "the ledger cannot be read, so drift is shown as intent"
    : "the ledger cannot be read, so nothing is changed until it can be";
  log.warn(what, { reason, message });
}
