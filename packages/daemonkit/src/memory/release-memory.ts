import { type DaemonFault, toDaemonFault } from "../daemon-fault.ts";
import { loadNative, type Native } from "../native/native.ts";

/**
 * Gives memory that is free back to the system: V8's, which after a burst of work keeps most of what that took for as
 * long as nothing else happens, and that of the C library. The loop stands still meanwhile, some 50 ms for 20 MB of
 * objects: for moments in which nothing is waited for.
 *
 * V8 is asked through the inspector, in the process; no port is opened.
 * @returns what was not given back, and why; empty when all was.
 */
export async function releaseMemory(
  native: Promise<Pick<Native, "trimMemory">> = loadNative(),
): Promise<readonly DaemonFault[]> {
  const faults: DaemonFault[] = [];
  for (const release of [collectGarbage, async () => (await native).trimMemory()]) {
    try {
      await release();
    } catch (error) {
      faults.push(toDaemonFault(error, FALLBACK));
    }
  }
  return faults;
}

const FALLBACK = {
  reason: "NativeUnavailable",
  resolution: "Nothing has to be done: memory that is free is used again.",
} as const;

async function collectGarbage(): Promise<void> {
  const { Session } = await import("node:inspector/promises");
  const session = new Session();
  session.connect();
  try {
    await session.post("HeapProfiler.collectGarbage");
  } finally {
    session.disconnect();
  }
}
