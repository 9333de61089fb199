import { readdirSync, readFileSync } from "node:fs";

/** One process, as the kernel sees it now. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** When it was started, in ticks since boot: with its pid it names the process for ever. */
  readonly startTicks: string;
}

/** Who runs, by pid, without those that have ended and were not waited for. */
export type ProcessTable = ReadonlyMap<number, ProcessEntry>;

/** Reads all of /proc; empty where there is none. O(processes), some 10 µs each. */
export function readProcessTable(): ProcessTable {
  const entries = namesIn("/proc").flatMap((name) => {
    const pid = Number(name);
    const entry = Number.isSafeInteger(pid) ? readEntry(pid) : undefined;
    return entry === undefined ? [] : [entry];
  });
  return new Map(entries.map((entry) => [entry.pid, entry]));
}

/** Whether a process was started with this variable; false when it is not ours to know. */
export function isMarkedWith(pid: number, variable: string): boolean {
  return `\0${readText(`/proc/${pid}/environ`) ?? ""}\0`.includes(`\0${variable}\0`);
}

/**
 * Memory that is there because of a process, in bytes: what it allocated and its shared memory, in RAM or swapped out.
 * What is mapped from files is not, because the kernel may take that back. 0 when the process is gone.
 */
export function memoryBytesOf(pid: number): number {
  const status = readText(`/proc/${pid}/status`) ?? "";
  return ["RssAnon", "RssShmem", "VmSwap"].reduce((sum, field) => {
    const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
    return sum + Number(kibibytes ?? 0) * 1024;
  }, 0);
}

/** Of proc_pid_stat(5); the name before it may hold anything, so count from its closing bracket. */
function readEntry(pid: number): ProcessEntry | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parentPid, groupId, sessionId] = fields;
  if (state === "Z" || state === "X") return undefined;
  return {
    pid,
    parentPid: Number(parentPid),
    groupId: Number(groupId),
    sessionId: Number(sessionId),
    startTicks: fields[19] ?? "",
  };
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** `undefined` when the process is gone, or is not ours to read. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
