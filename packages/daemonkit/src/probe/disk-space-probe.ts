import { statfs } from "node:fs/promises";
import { DaemonFault } from "../daemon-fault.ts";
import { optionFault } from "../option.ts";
import { pathFault } from "./file-probes.ts";
import type { Probe } from "./probe.ts";

/** How much must be free for users other than root; at least one of the two is given. */
export interface DiskSpaceProbe {
  /** Any path on the file system. */
  readonly path: string;
  readonly minimumBytes?: number;
  /** 0 to 100. */
  readonly minimumPercent?: number;
}

/**
 * Asks whether a file system has space left.
 * Fails with NotFound, DiskSpaceLow, ProbeFailed.
 * @throws {DaemonFault} OptionInvalid, when no minimum is given.
 */
export function diskSpaceProbe(options: DiskSpaceProbe): Probe {
  const { path, minimumBytes, minimumPercent } = options;
  if (minimumBytes === undefined && minimumPercent === undefined) {
    throw optionFault(
      `the disk space of ${path} has no minimum`,
      "Give minimumBytes or minimumPercent.",
    );
  }
  return {
    name: `disk space ${path}`,
    async check() {
      const { freeBytes, freePercent } = await readFree(path);
      if (freeBytes >= (minimumBytes ?? 0) && freePercent >= (minimumPercent ?? 0)) return;
      throw new DaemonFault({
        reason: "DiskSpaceLow",
        message: `${path} has ${freeBytes} bytes free (${freePercent.toFixed(1)} %), wanted are ${wanted(options)}`,
        resolution: "Remove what is not needed, or give the file system more space.",
      });
    },
  };
}

async function readFree(path: string): Promise<{ freeBytes: number; freePercent: number }> {
  try {
    const { bavail, blocks, bsize } = await statfs(path);
    // A file system without blocks, such as proc, has nothing to run out of.
    return { freeBytes: bavail * bsize, freePercent: blocks === 0 ? 100 : (100 * bavail) / blocks };
  } catch (error) {
    throw pathFault(path, error);
  }
}

function wanted({ minimumBytes, minimumPercent }: DiskSpaceProbe): string {
  return [
    ...(minimumBytes === undefined ? [] : [`${minimumBytes} bytes`]),
    ...(minimumPercent === undefined ? [] : [`${minimumPercent} %`]),
  ].join(" and ");
}
