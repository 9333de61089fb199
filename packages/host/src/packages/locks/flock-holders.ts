import { readFileSync } from "node:fs";
import type { FileEntry, PackageLockHolder } from "@holdfast/core";
import { holderOf } from "./lock-holders.ts";

/** Whoever holds flock(2) on a file, by the kernel's own list (proc_locks(5)); `undefined` when nobody does. */
export function findFlock(path: string, entry: FileEntry): PackageLockHolder | undefined {
  const pid = parseLocks(readFileSync("/proc/locks", "latin1"), entry);
  return pid === undefined ? undefined : holderOf(path, pid > 0 ? pid : undefined);
}

/** The pid of the holder in a list of locks; 0 where it is of another container. */
export function parseLocks(
  text: string,
  { device, inode }: Pick<FileEntry, "device" | "inode">,
): number | undefined {
  for (const line of text.split("\n")) {
    const [, pid, major, minor, number] =
      /^\d+: FLOCK +\S+ +WRITE (\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /.exec(line) ?? [];
    if (pid === undefined || Number(number) !== inode) continue;
    if (deviceOf(Number.parseInt(major ?? "", 16), Number.parseInt(minor ?? "", 16)) === device) {
      return Number(pid);
    }
  }
  return undefined;
}

/** makedev(3) of Linux, for numbers of at most 20 bits. */
function deviceOf(major: number, minor: number): number {
  return (major & 0xfff) * 0x100 + (minor & 0xff) + (minor >>> 8) * 0x100000;
}
