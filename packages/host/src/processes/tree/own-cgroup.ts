import { readFileSync } from "node:fs";
import { join, relative } from "node:path/posix";
import { type MountLine, parseMountInfo } from "../../system/mount-info.ts";

/**
 * The directory of this process's own cgroup of version 2, below which it may be able to make others; `undefined` where
 * there is none, or none of it can be seen. Hierarchies of version 1 are somebody else's and are never touched.
 */
export function ownCgroup(): string | undefined {
  try {
    // The line of version 2 is the one without a controller.
    const path = /^0::(\/.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1];
    if (path === undefined) return undefined;
    const mounts = mountsOfCgroup2(readFileSync("/proc/self/mountinfo", "utf8"));
    return mounts.map((mount) => directoryIn(mount, path)).find(holdsThisProcess);
  } catch {
    // Without /proc there is nothing to be found out; commands then do without a cgroup.
    return undefined;
  }
}

function mountsOfCgroup2(mountinfo: string): readonly MountLine[] {
  return parseMountInfo(mountinfo).filter(({ type }) => type === "cgroup2");
}

function directoryIn({ root, mountPoint }: MountLine, path: string): string | undefined {
  const inside = relative(root, path);
  return inside === ".." || inside.startsWith("../") ? undefined : join(mountPoint, inside);
}

/** A path that leads elsewhere, through another namespace or another mount, does not list us. */
function holdsThisProcess(directory: string | undefined): boolean {
  if (directory === undefined) return false;
  try {
    const members = readFileSync(join(directory, "cgroup.procs"), "utf8").split("\n");
    return members.includes(String(process.pid));
  } catch {
    return false;
  }
}
