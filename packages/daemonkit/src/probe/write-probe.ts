import { constants } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { DaemonFault } from "../daemon-fault.ts";
import { codeOf } from "../error-code.ts";
import { unguessableName } from "../system.ts";
import { pathFault } from "./file-probes.ts";
import type { Probe } from "./probe.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/**
 * Asks whether a directory can be written, by making, writing, syncing and removing a file with a name of its own.
 * Fails with NotFound, NotWritable, DiskFull, ProbeFailed.
 */
export function writeProbe(directory: string): Probe {
  return {
    name: `write ${directory}`,
    async check() {
      const path = join(directory, `.probe-${unguessableName()}`);
      try {
        await writeAndRemove(path);
      } catch (error) {
        throw writeFault(directory, error);
      }
    },
  };
}

async function writeAndRemove(path: string): Promise<void> {
  await using handle = await open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  try {
    await handle.write("probe\n");
    await handle.sync();
  } finally {
    await unlink(path);
  }
}

function writeFault(directory: string, error: unknown): DaemonFault {
  const code = codeOf(error) ?? "";
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new DaemonFault({
      reason: "DiskFull",
      message: `there is no space left in ${directory}`,
      resolution: "Free some space, or raise the quota.",
      cause: error,
    });
  }
  if (!["EACCES", "EPERM", "EROFS"].includes(code)) return pathFault(directory, error);
  return new DaemonFault({
    reason: "NotWritable",
    message: `${directory} cannot be written: ${code}`,
    resolution: "Give the daemon's user the right to write there, or mount it writable.",
    cause: error,
  });
}
