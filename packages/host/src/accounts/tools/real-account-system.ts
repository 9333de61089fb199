import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, type CommandResult, Fault } from "@holdfast/core";
import { runProcess } from "../../processes/run-process.ts";
import { systemEnvironment } from "../../processes/system-environment.ts";
import { codeOf } from "../../system/error-code.ts";
import { resolveInside } from "../../system/resolve-inside.ts";
import { type AccountSystem, passwordLine, type ToolRun } from "./account-system.ts";
import { loadRecordLockOwner, type RecordLockOwner } from "./record-lock.ts";

/** A tool takes some 20 ms. It waits 15 s for a lock by itself; one that moves a large home takes minutes. */
const TOOL_TIMEOUT_MS = 600_000;

/** Whose accounts are changed. */
export interface RealAccountSystemOptions {
  readonly clock: Clock;
  /** Absolute. Any other than `/` is given to the tools as the root that they change into. */
  readonly root: string;
}

/** The shadow tools and processes of this machine. Nothing is loaded or run before it is needed. */
export function realAccountSystem({ clock, root }: RealAccountSystemOptions): AccountSystem {
  let loading: Promise<RecordLockOwner> | undefined;
  return {
    run: (run) => runTool(run, root, clock),
    processName,
    async recordLockOwner(path) {
      loading ??= loadRecordLockOwner();
      const ask = await loading;
      return ask(resolveInside(root, path) ?? join(root, path));
    },
  };
}

/**
 * One child that no abort ends. All the tools know `--root`, which changes into it before anything is opened, so that no
 * link of an image leads out of it.
 */
async function runTool(
  { tool, args, password }: ToolRun,
  root: string,
  clock: Clock,
): Promise<CommandResult> {
  if (process.geteuid?.() !== 0) throw notPrivileged();
  const place = root === "/" ? [] : ["--root", root];
  const input = password === undefined ? {} : { stdin: passwordLine(password) };
  const request = {
    argv: [tool, ...place, ...args],
    env: systemEnvironment,
    timeoutMs: TOOL_TIMEOUT_MS,
    ...input,
  } as const;
  return runProcess(request, clock, new AbortController().signal);
}

function processName(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    // A process that ended, or whom a hidden /proc does not show; the kernel knows.
    return isAlive(pid) ? "a process" : undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function notPrivileged(): Fault {
  return new Fault({
    reason: "NotPrivileged",
    message: "only root changes accounts",
    resolution: "Run the agent as root.",
  });
}
