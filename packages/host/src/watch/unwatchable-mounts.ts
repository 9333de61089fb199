import { readFileSync } from "node:fs";
import { codeOf } from "../system/error-code.ts";

/** Where others change files without telling this kernel, or where a look may wait for a machine that is gone. */
const REMOTE =
  /^(nfs4?|cifs|smb3|smbfs|9p|virtiofs|ceph|glusterfs|lustre|afs|coda|autofs|fuse|fuse\..+)$/;

/** Where the kernel makes the content up as it is read. */
const MADE_UP = /^(proc|sysfs|cgroup2?|debugfs|tracefs|securityfs|configfs|efivarfs|bpf)$/;

/**
 * The mount points under which inotify does not notice every change, with the types of their file systems, from
 * /proc/self/mountinfo (proc(5)); empty where there is none. The file is small and made by the kernel, so it is read at once.
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
  const mounts = new Map<string, string>();
  for (const line of text.split("\n")) {
    const mountPoint = line.split(" ", 5)[4];
    const fileSystem = / - (\S+) /.exec(line)?.[1];
    if (mountPoint === undefined || fileSystem === undefined) continue;
    // Later lines lie on top of earlier ones: a local file system over its automount can be watched.
    if (REMOTE.test(fileSystem) || MADE_UP.test(fileSystem))
      mounts.set(unescape(mountPoint), fileSystem);
    else mounts.delete(unescape(mountPoint));
  }
  return mounts;
}

// Space, tab, newline and backslash are written as three octal digits.
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
