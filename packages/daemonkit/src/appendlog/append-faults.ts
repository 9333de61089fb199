import { DaemonFault } from "../daemon-fault.ts";

/** A line that cannot be one. */
export function lineFault(path: string, why: string): DaemonFault {
  return new DaemonFault({
    reason: "LineInvalid",
    message: `a line for ${path} is refused: ${why}`,
    resolution: "Write one short line for each fact.",
  });
}

/** More lines than may wait. */
export function fullFault(path: string, most: number): DaemonFault {
  return new DaemonFault({
    reason: "AppendLogFull",
    message: `${most} lines wait to be written to ${path}`,
    resolution: "Write less, wait for what was written, or give it a faster disk.",
  });
}

/** A log of which nobody knows what the disk has. */
export function brokenFault(path: string, cause: unknown): DaemonFault {
  return new DaemonFault({
    reason: "AppendLogBroken",
    message: `${path} cannot be relied upon: ${cause instanceof Error ? cause.message : String(cause)}`,
    resolution: "Check the disk, and open the log again.",
    cause,
  });
}

/** A log that somebody else has written, or put another file in the place of. */
export function changedFault(path: string, why: string): DaemonFault {
  return new DaemonFault({
    reason: "AppendLogChanged",
    message: `${path} cannot be relied upon: ${why}`,
    resolution: "Find out what writes it, stop that, and open the log again.",
  });
}

/** A log that was disposed. */
export function closedFault(path: string): DaemonFault {
  return new DaemonFault({
    reason: "AppendLogClosed",
    message: `${path} is closed`,
    resolution: "Append before the log is disposed.",
  });
}
