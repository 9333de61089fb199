import { readFile } from "node:fs/promises";
import { codeOf } from "../system/error-code.ts";

/**
 * The process that has the flock(2) of an inode, from /proc/locks (proc(5)); `undefined` where the kernel does not list
 * it, or lists several: inode numbers are unique in one file system only.
 */
export async function readHolderOfInode(inode: number): Promise<number | undefined> {
  const locks = await readLocks();
  // `1: FLOCK  ADVISORY  WRITE 123 00:2a:456 0 EOF`: the process, and what is locked by device and inode.
  const holders = [...locks.matchAll(/FLOCK\s+\S+\s+WRITE\s+(\d+) \S+:(\d+) /g)];
  const own = holders.filter(([, , locked]) => Number(locked) === inode);
  const [only] = own;
  return only !== undefined && own.length === 1 ? Number(only[1]) : undefined;
}

async function readLocks(): Promise<string> {
  try {
    return await readFile("/proc/locks", "utf8");
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return "";
  }
}
