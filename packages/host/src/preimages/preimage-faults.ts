import { Fault } from "@holdfast/core";

const MIB = 1024 * 1024;

/** @throws {Fault} PreimageNotKept. */
export function notKept(error: unknown): never {
  throw notKeptFault(error);
}

/** What was taken could not be stored. */
export function notKeptFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault({
    reason: "PreimageNotKept",
    message: `what is there cannot be kept: ${error instanceof Error ? error.message : String(error)}`,
    resolution:
      "Make room on the file system of /var/lib/holdfast; until then nothing that could not be undone is overwritten.",
    cause: error,
  });
}

/** A file is larger than what is kept of one. */
export function tooLarge(mostBytes: number): Fault {
  return new Fault({
    reason: "PreimageNotKept",
    message: `what is there is larger than the ${mostBytes / MIB} MiB that are kept of one file`,
    resolution: "Move it away yourself, or approve that it is lost.",
  });
}

/** What was kept under a key is not there any more. */
export function gone(key: string): Fault {
  return new Fault({
    reason: "PreimageGone",
    message: `the earlier content ${key.slice(0, 12)} is not kept any more`,
    resolution: "Restore the file from a backup.",
  });
}
