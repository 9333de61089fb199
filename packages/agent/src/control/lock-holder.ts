import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The process that holds the lock of the agent whose control socket would be here; `undefined` when none does, or where
 * the kernel does not list locks.
 */
export function lockHolder(socketPath: string): number | undefined {
  const path = join(dirname(socketPath), "agent.lock");
  try {
    const pid = Number(readFileSync(path, "utf8"));
    const { ino } = statSync(path);
    // `1: FLOCK  ADVISORY  WRITE 123 00:2a:456 0 EOF`: the process, and the file by device and inode.
    const held = new RegExp(String.raw`FLOCK\s+\S+\s+WRITE\s+${pid} \S+:${ino} `);
    return held.test(readFileSync("/proc/locks", "utf8")) ? pid : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
