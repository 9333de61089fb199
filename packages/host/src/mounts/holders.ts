import { readdir, readFile, readlink } from "node:fs/promises";
import { isWithinPath } from "@holdfast/core";
import type { MountHolder } from "./mount-system.ts";

/** More would make the message no clearer. */
const MOST_HOLDERS = 5;
/** Of a machine with more processes, and of a process with more files, the first ones are asked. */
const MOST_PROCESSES = 5_000;
const MOST_FILES = 1_000;

/**
 * Processes whose directory, root, program or open file is at or below a path. The kernel names these out of its memory, so
 * that nothing of the file system is touched. What only maps a file, and what another namespace has, is not seen.
 */
export async function holdersOf(path: string): Promise<readonly MountHolder[]> {
  const holders: MountHolder[] = [];
  const pids = (await names("/proc")).filter((name) => /^\d+$/.test(name));
  for (const pid of pids.slice(0, MOST_PROCESSES)) {
    if (holders.length >= MOST_HOLDERS) break;
    if (!(await holds(pid, path))) continue;
    holders.push({ pid: Number(pid), program: await programOf(pid) });
  }
  return holders;
}

async function holds(pid: string, path: string): Promise<boolean> {
  const files = (await names(`/proc/${pid}/fd`)).slice(0, MOST_FILES);
  for (const link of ["cwd", "root", "exe", ...files.map((file) => `fd/${file}`)]) {
    const target = await targetOf(`/proc/${pid}/${link}`);
    if (target !== undefined && target !== "/" && isWithinPath(target, path)) return true;
  }
  return false;
}

async function names(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch {
    // It has ended, or belongs to somebody whose files are not shown.
    return [];
  }
}

async function targetOf(link: string): Promise<string | undefined> {
  try {
    return await readlink(link);
  } catch {
    // As above: what cannot be seen holds nothing as far as is known.
    return undefined;
  }
}

async function programOf(pid: string): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/comm`, "utf8")).trim();
  } catch {
    // It ended meanwhile.
    return "a process";
  }
}
