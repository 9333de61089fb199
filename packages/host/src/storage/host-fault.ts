import { Fault, type FaultReason, toFault } from "@holdfast/core";
import { DaemonFault } from "@holdfast/daemonkit/machine";

/** Reasons of the kit that mean the same here. */
const SAME_REASONS: Readonly<Record<string, FaultReason>> = {
  DiskFull: "DiskFull",
  PathUnsafe: "PathUnsafe",
  ReadOnly: "ReadOnly",
};

/** What the kit refused, as a Fault with `reason` unless the disk has a word of its own for it. */
export function hostFault(error: unknown, reason: FaultReason): Fault {
  if (!(error instanceof DaemonFault)) return toFault(error);
  const { message, resolution, cause } = error;
  return new Fault({ reason: SAME_REASONS[error.reason] ?? reason, message, resolution, cause });
}
