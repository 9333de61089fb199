import { Fault, type FaultReason, toFault } from "@holdfast/core";
import { DaemonFault } from "@holdfast/daemonkit/appendlog";

/** Reasons of the disk that mean the same to a ledger. */
const SAME_REASONS: Readonly<Record<string, FaultReason>> = {
  DiskFull: "DiskFull",
  PathUnsafe: "PathUnsafe",
  ReadOnly: "ReadOnly",
};

/** Why the disk does not keep the ledger. What is no word of the disk is a mistake of ours, and must not read like one. */
export function ledgerFault(error: unknown): Fault {
  if (!(error instanceof DaemonFault)) return toFault(error);
  const { message, resolution } = error;
  const reason = SAME_REASONS[error.reason] ?? "LedgerUnavailable";
  return new Fault({ reason, message, resolution, cause: error });
}

/** A ledger that lost what may have been keys of one-shots. */
export function keysLostFault(): Fault {
  return new Fault({
    reason: "LedgerCorrupt",
    message:
      "records of the ledger are lost that may have been keys of one-shots: a one-shot that it does not know is not run",
    resolution:
      "Settle each with holdfast ledger resolve KEY --done or --again, or all that it does not know with holdfast ledger resolve --lost --again.",
  });
}

/** A write to a ledger that was opened to be read. */
export function readOnlyFault(): Fault {
  return new Fault({
    reason: "LedgerUnavailable",
    message: "this agent was opened only to read",
    resolution: "Report this: nothing should be written here.",
  });
}
