import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { uptime } from "node:os";
import { type Clock, type ProcessIdentity, shownCommand } from "@holdfast/core";
import { codeOf } from "../../system/error-code.ts";
import {
  parseCommandLine,
  parseEffectiveUser,
  parseLoginUser,
  parseProcessStat,
  type ProcessStat,
  parseUnit,
} from "./process-files.ts";
import type { UserNames } from "./users.ts";

/** USER_HZ, which is 100 on every architecture that Node runs on. */
const TICKS_A_SECOND = 100;
const MOST_ANCESTORS = 8;
const MOST_COMMAND_BYTES = 4_096;

/** A process that was there. */
export interface SeenProcess {
  /** Without the command line, which only `commandOf` reads. */
  readonly identity: ProcessIdentity;
  readonly startedTicks: number;
  /** It is this process or descends from it. */
  readonly isOurs: boolean;
}

/** What observing a process needs. */
export interface ProcessOptions {
  readonly clock: Clock;
  readonly userNames: UserNames;
}

/**
 * Observes a process at once: some small files that the kernel answers without waiting for the process. `undefined`
 * when it is gone, or hidden from us.
 */
export function observeProcess(pid: number, options: ProcessOptions): SeenProcess | undefined {
  const stat = statOf(pid);
  if (stat === undefined) return undefined;
  const ancestors = ancestorsOf(stat);
  const uid = parseEffectiveUser(readNow(`/proc/${pid}/status`) ?? "");
  const loginUid = parseLoginUser(readNow(`/proc/${pid}/loginuid`) ?? "");
  const user = uid === undefined ? undefined : options.userNames(uid);
  const unit = parseUnit(readNow(`/proc/${pid}/cgroup`) ?? "");
  const startedMs = (stat.startedTicks / TICKS_A_SECOND - uptime()) * 1_000;
  return {
    identity: {
      pid,
      name: stat.name,
      ...(uid === undefined ? {} : { uid }),
      ...(user === undefined ? {} : { user }),
      ...(loginUid === undefined
        ? {}
        : { loginUser: options.userNames(loginUid) ?? `uid ${loginUid}` }),
      ...(unit === undefined ? {} : { unit }),
      startedAtMs: Math.round(options.clock.wallMs() + startedMs),
      ancestors: ancestors.map(({ name }) => name),
    },
    startedTicks: stat.startedTicks,
    isOurs: pid === process.pid || ancestors.some((ancestor) => ancestor.pid === process.pid),
  };
}

/**
 * The command line of a process, as far as it may be shown; `undefined` when the process is gone. Reading it may wait for
 * the memory of that process, so it is done elsewhere than in the loop.
 */
export async function commandOf(
  pid: number,
  startedTicks: number,
): Promise<readonly string[] | undefined> {
  try {
    await using file = await open(`/proc/${pid}/cmdline`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_COMMAND_BYTES));
    // The number may be another process's by now.
    if (statOf(pid)?.startedTicks !== startedTicks) return undefined;
    const command = shownCommand(parseCommandLine(buffer.subarray(0, bytesRead)));
    return command.length === 0 ? undefined : command;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

function statOf(pid: number): ProcessStat | undefined {
  const text = readNow(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseProcessStat(text);
}

function ancestorsOf(stat: ProcessStat): readonly { pid: number; name: string }[] {
  const ancestors: { pid: number; name: string }[] = [];
  let pid = stat.parentId;
  while (pid > 1 && ancestors.length < MOST_ANCESTORS) {
    const parent = statOf(pid);
    if (parent === undefined) break;
    ancestors.push({ pid, name: parent.name });
    pid = parent.parentId;
  }
  return ancestors;
}

function readNow(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
