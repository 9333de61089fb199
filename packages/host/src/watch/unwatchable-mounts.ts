import { readFileSync } from "node:fs";
import { mountTypes, remoteMounts } from "../files/walk/mounts.ts";
import { codeOf } from "../system/error-code.ts";

/** Where the kernel makes the content up as it is read. */
const MADE_UP = /^(proc|sysfs|cgroup2?|debugfs|tracefs|securityfs|configfs|efivarfs|bpf)$/;

/**
 * The mount points under which inotify notices nothing: those of remote file systems, on which a call may also wait for
 * ever, and of what the kernel makes up. From /proc/self/mountinfo (proc(5)); empty where there is none. The file is small
 * and made by the kernel, so it is read at once.
 */
export function readUnwatchableMounts(mountInfoPath = "/proc/self/mountinfo"): ReadonlySet<string> {
  let text: string;
  try {
    text = readFileSync(mountInfoPath, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return new Set();
    throw error;
  }
  const types = mountTypes(text);
  const madeUp = [...types].flatMap(([point, type]) => (MADE_UP.test(type) ? [point] : []));
  return new Set([...madeUp, ...remoteMounts(types)]);
}

/** Whether a path is at or below one of these mount points. */
export function isOnAny(mounts: ReadonlySet<string>, path: string): boolean {
  return [...mounts].some((point) => path === point || path.startsWith(`${point}/`));
}
