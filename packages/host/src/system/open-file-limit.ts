import { readFileSync } from "node:fs";
import { Fault } from "@holdfast/core";
import { codeOf } from "./error-code.ts";

/**
 * How many descriptors this process may have open, from /proc/self/limits (proc(5)); `Infinity` where nobody says. Node
 * raises the soft limit to the hard one when it starts.
 */
export function readOpenFileLimit(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return Number.POSITIVE_INFINITY;
  }
}

/** What the system's words for too many open files mean, for a person who can raise the limit. */
export const OPEN_FILE_LIMITS = {
  EMFILE: {
    reason: "TooManyOpenFiles",
    why: "this process has too many open files",
    resolution:
      "Raise the limit: ulimit -n, or LimitNOFILE= in the unit of the service (systemctl edit holdfast.service).",
  },
  ENFILE: {
    reason: "TooManyOpenFiles",
    why: "the machine has too many open files",
    resolution:
      "Raise fs.file-max with sysctl, or find the process that has so many: ulimit -n and LimitNOFILE= bound each.",
  },
} as const;

/** The fault of a call that found no free descriptor; `undefined` for any other error. `doing` follows "cannot". */
export function openFileLimitFault(error: unknown, doing: string): Fault | undefined {
  const code = codeOf(error);
  if (code !== "EMFILE" && code !== "ENFILE") return undefined;
  const { reason, why, resolution } = OPEN_FILE_LIMITS[code];
  return new Fault({
    reason,
    message: `cannot ${doing}: ${why} (${code})`,
    resolution,
    cause: error,
  });
}
