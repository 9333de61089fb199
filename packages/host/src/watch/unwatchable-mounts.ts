import { readFileSync } from "node:fs";
import { mountTypes, remoteMounts } from "../files/walk/mounts.ts";
import { codeOf } from "../system/error-code.ts";

/** Where the kernel makes the content up as it is read. */
const MADE_UP = /^(proc|sysfs|cgroup2?|debugfs|tracefs|securityfs|configfs|efivarfs|bpf)$/;

/**
 * The mount points under which inotify does not notice every change, with the types of their file systems: remote ones, on
 * which a call may also wait for ever, and what the kernel makes up. From /proc/self/mountinfo (proc(5)); empty where there
 * is none. The file is small and made by the kernel, so it is read at once.
 */
export function readUnwatchableMounts(
  mountInfoPath = "/proc/self/mountinfo",
): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = readFileSync(mountInfoPath, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return new Map();
    throw error;
  }
  const types = mountTypes(text);
  const remote = new Set(remoteMounts(types));
  return new Map([...types].filter(([point, type]) => MADE_UP.test(type) || remote.has(point)));
}

/** Whether a path is at or below one of these mount points. */
export function isOnAny(mounts: ReadonlyMap<string, string>, path: string): boolean {
  return [...mounts.keys()].some((point) => path === point || path.startsWith(`${point}/`));
}
