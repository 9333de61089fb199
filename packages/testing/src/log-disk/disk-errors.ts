import { DaemonFault } from "@holdfast/daemonkit/appendlog";
import type { LogCall } from "./log-disk-options.ts";

/** Calls on a disk fail with faults, those on an open file with errors of the system. */
const ON_DISK: ReadonlySet<LogCall> = new Set([
  "open",
  "openToRead",
  "create",
  "remove",
  "moveObstacle",
  "list",
]);

/** What a call fails with. */
export function errorOf(call: LogCall, error: unknown): unknown {
  if (!ON_DISK.has(call) || error instanceof DaemonFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isReadOnly = message.startsWith("EROFS");
  return new DaemonFault({
    reason: isReadOnly ? "ReadOnly" : "FileFailed",
    message,
    resolution: "Mend the disk.",
    cause: error,
  });
}

/** What the system says of a disk. */
export function diskError(code: string, words: string): Error {
  return Object.assign(new Error(`${code}: ${words}`), { code });
}
