import { existsSync } from "node:fs";
import type { FileReader, PackageLockHolder } from "@holdfast/core";
import { holderOf } from "./lock-holders.ts";

/**
 * Whoever holds the first of some locks that are files with the pid of their holder in them; one whose process is gone is
 * free, as the tools judge too. `undefined` when all are free.
 */
export async function findPidLock(
  files: FileReader,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<PackageLockHolder | undefined> {
  const requests = paths.map((path) => ({ path, content: "bytes", maxBytes: 64 }) as const);
  const found = await files.readMany(requests, signal);
  for (const [at, read] of found.entries()) {
    if (read.type !== "present") continue;
    const pid = Number(
      Buffer.from(read.value.bytes ?? [])
        .toString("latin1")
        .trim(),
    );
    const isPid = Number.isSafeInteger(pid) && pid > 0 && pid !== process.pid;
    if (isPid && existsSync(`/proc/${pid}`)) return holderOf(paths[at] ?? "", pid);
  }
  return undefined;
}
