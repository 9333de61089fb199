import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** States of /proc/PID/stat, proc(5): the process waits for something to happen. */
const SLEEPING = "S";

/**
 * Whether a process waits with an open mountinfo, whose poll tells of every change since it was opened. One that still
 * reads it is not asleep.
 */
export function holdsMountInfo(pid: number): boolean {
  return isAsleep(pid) && openFilesOf(pid).some((target) => target.endsWith("/mountinfo"));
}

/** Whether a process waits with a netlink socket that has joined a group. */
export function holdsNetlinkGroup(pid: number): boolean {
  return isAsleep(pid) && netlinkGroupsOf(pid).some((groups) => !/^0*$/.test(groups));
}

function isAsleep(pid: number): boolean {
  // The name before it may hold anything, so count from its closing bracket.
  const stat = readText(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) === SLEEPING;
}

function openFilesOf(pid: number): readonly string[] {
  const directory = `/proc/${pid}/fd`;
  try {
    return readdirSync(directory).map((name) => readlinkSync(`${directory}/${name}`));
  } catch {
    // It ended, or is between closing one and opening another: then it does not listen yet.
    return [];
  }
}

/** The fourth column of the rows whose tenth is one of its sockets. */
function netlinkGroupsOf(pid: number): readonly string[] {
  const inodes = new Set(openFilesOf(pid).flatMap((target) => SOCKET.exec(target)?.[1] ?? []));
  const rows = readText(`/proc/${pid}/net/netlink`).split("\n");
  return rows.flatMap((row) => {
    const columns = row.trim().split(/\s+/);
    return inodes.has(columns[9] ?? "") ? [columns[3] ?? ""] : [];
  });
}

const SOCKET = /^socket:\[(\d+)\]$/;

/** Empty when the process is gone. */
function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
