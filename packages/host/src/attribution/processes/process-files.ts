import { shownText } from "@holdfast/core";

/** The kernel's longest name of a process (TASK_COMM_LEN), and room for what is shown in place of strange bytes. */
const LONGEST_NAME_CHARACTERS = 64;

/** As much of /proc/PID/stat as tells who a process is. */
export interface ProcessStat {
  readonly name: string;
  readonly parentId: number;
  /** Clock ticks after the boot; with the number it names one process of this boot. */
  readonly startedTicks: number;
}

/** Reads /proc/PID/stat (proc_pid_stat(5)); `undefined` for what is none. A name may hold anything, brackets too. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  // From the third field on: state, parent, …; the start is the 22nd.
  const fields = text.slice(close + 2).split(" ");
  const parentId = Number(fields[1]);
  const startedTicks = Number(fields[19]);
  if (!Number.isInteger(parentId) || !Number.isInteger(startedTicks)) return undefined;
  const name = shownText(text.slice(open + 1, close), LONGEST_NAME_CHARACTERS);
  return { name, parentId, startedTicks };
}

/** The effective user in /proc/PID/status. */
export function parseEffectiveUser(text: string): number | undefined {
  const found = /^Uid:\t\d+\t(\d+)\t/m.exec(text);
  return found === null ? undefined : Number(found[1]);
}

/** /proc/PID/loginuid: who logged in. `undefined` when nobody did, which the kernel writes as -1. */
export function parseLoginUser(text: string): number | undefined {
  const uid = Number(text.trim() || Number.NaN);
  return Number.isInteger(uid) && uid >= 0 && uid < 2 ** 32 - 1 ? uid : undefined;
}

/** The longest name of a unit that systemd takes. */
const LONGEST_UNIT_CHARACTERS = 255;

/**
 * The unit of systemd in /proc/PID/cgroup (cgroups(7)): the innermost service or scope. `undefined` for the session of a
 * login, and where there is none. Of old hierarchies, systemd's own is `name=systemd`.
 */
export function parseUnit(text: string): string | undefined {
  const paths = [...text.matchAll(/^(?:0:|\d+:name=systemd):(\/.*)$/gm)].map(
    ([, path = ""]) => path,
  );
  const parts = paths.flatMap((path) => path.split("/"));
  const unit = parts.findLast((part) => /\.(?:service|scope)$/.test(part));
  if (unit === undefined || /^(?:session-.*|init)\.scope$/.test(unit)) return undefined;
  return shownText(unit, LONGEST_UNIT_CHARACTERS);
}

/** Whether a descriptor is open for writing, and of which inode, from /proc/PID/fdinfo/N. */
export function parseDescriptorInfo(text: string): {
  readonly isWritable: boolean;
  /** Linux tells it since 5.19. */
  readonly inode: number | undefined;
} {
  const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(text)?.[1] ?? "0", 8);
  const inode = /^ino:\s*(\d+)/m.exec(text)?.[1];
  // O_WRONLY or O_RDWR, and not O_PATH.
  const isWritable = (flags & 0o3) !== 0 && (flags & 0o10000000) === 0;
  return { isWritable, inode: inode === undefined ? undefined : Number(inode) };
}

/** The arguments in /proc/PID/cmdline; empty for what has none, as a kernel thread. */
export function parseCommandLine(bytes: Buffer): readonly string[] {
  const text = bytes.toString("utf8");
  return text === "" ? [] : text.replace(/\0+$/, "").split("\0");
}
