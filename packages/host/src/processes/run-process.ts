import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import {
  abortFault,
  type Clock,
  type CommandRequest,
  type CommandResult,
  Fault,
  throwIfAborted,
} from "@holdfast/core";
import { codeOf } from "../system/error-code.ts";
import { KeptOutput } from "./kept-output.ts";
import { signalGroup } from "./process-group.ts";
import { spawnFault } from "./spawn-fault.ts";

const DEFAULT_GRACE_MS = 5_000;
const DEFAULT_OUTPUT_BYTES = 64 * 1024;
/** How long output is awaited that nobody may be writing any more: a daemon may have kept the pipe. */
const DRAIN_MS = 200;
/** Between two looks whether a group is gone. */
const GROUP_POLL_MS = 20;

/** A request without a user to become. */
export type ProcessRequest = Omit<CommandRequest, "user">;

/**
 * Runs one child in a session and process group of its own. It has ended when its leader has: what it left in the
 * background lives on after a success, and loses its pipes. When the time is over, or the signal aborts, the group is
 * told to end, and killed after the grace, whoever of it is left; only then does this reject.
 * @throws {Fault} CommandNotFound, NotFound (no such directory), PermissionDenied, InputInvalid, HostFailed,
 *   CommandTimeout, Aborted.
 */
export async function runProcess(
  request: ProcessRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<CommandResult> {
  throwIfAborted(signal);
  const child = await start(request);
  const stdout = keep(child.stdout, request);
  const stderr = keep(child.stderr, request);
  const stop = new AbortController();
  feed(child, request.stdin, (error) => stop.abort(brokenFault(request, error)));
  const cancel = clock.schedule(request.timeoutMs, () => stop.abort(timeoutFault(request)));
  const stopped = AbortSignal.any([signal, stop.signal]);
  try {
    const ended = await endOf(child, stopped);
    if (ended === "stopped") {
      await endGroup(child, request.graceMs ?? DEFAULT_GRACE_MS, clock);
      throw abortFault(stopped);
    }
    await drain(child, clock);
    return {
      exitCode: child.exitCode ?? undefined,
      signalName: child.signalCode ?? undefined,
      stdout: stdout.text(),
      stderr: stderr.text(),
      isTruncated: stdout.isTruncated || stderr.isTruncated,
    };
  } finally {
    cancel();
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.stdin?.destroy();
  }
}

async function start(request: ProcessRequest): Promise<ChildProcess> {
  const [program, ...args] = request.argv;
  const cwd = request.cwd ?? "/";
  try {
    const child = spawn(program, args, {
      cwd,
      env: { ...request.env },
      detached: true,
      stdio: [request.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    await once(child, "spawn");
    return child;
  } catch (error) {
    throw await spawnFault(program, cwd, error);
  }
}

function keep(stream: Readable | null, request: ProcessRequest): KeptOutput {
  const output = new KeptOutput(request.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES);
  stream?.on("data", (chunk: Uint8Array) => output.add(chunk));
  return output;
}

function feed(child: ChildProcess, text: string | undefined, fail: (error: unknown) => void): void {
  child.on("error", fail);
  if (child.stdin === null) return;
  child.stdin.on("error", (error) => {
    // The child may end, or close its input, without reading it all; that is its own affair.
    if (codeOf(error) !== "EPIPE" && codeOf(error) !== "ECONNRESET") fail(error);
  });
  child.stdin.end(text);
}

function endOf(child: ChildProcess, stopped: AbortSignal): Promise<"exited" | "stopped"> {
  const { promise, resolve } = Promise.withResolvers<"exited" | "stopped">();
  const onStop = () => resolve("stopped");
  child.once("exit", () => resolve("exited"));
  stopped.addEventListener("abort", onStop, { once: true });
  if (hasExited(child)) resolve("exited");
  else if (stopped.aborted) resolve("stopped");
  return promise.finally(() => stopped.removeEventListener("abort", onStop));
}

async function endGroup(child: ChildProcess, graceMs: number, clock: Clock): Promise<void> {
  const groupId = child.pid;
  if (groupId === undefined) return;
  if (!signalGroup(groupId, "SIGTERM")) return;
  const deadlineMs = clock.monotonicMs() + graceMs;
  while (clock.monotonicMs() < deadlineMs) {
    await pause(clock, Math.min(GROUP_POLL_MS, graceMs));
    if (!signalGroup(groupId, 0)) return;
  }
  signalGroup(groupId, "SIGKILL");
  // Nothing survives that but a process stuck in the kernel, for which nobody can wait.
  for (let polls = 0; polls < 10 && signalGroup(groupId, 0); polls += 1) {
    await pause(clock, GROUP_POLL_MS);
  }
}

async function drain(child: ChildProcess, clock: Clock): Promise<void> {
  const open = [child.stdout, child.stderr].filter((stream) => stream !== null && !stream.closed);
  if (open.length === 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.schedule(DRAIN_MS, resolve);
  let left = open.length;
  for (const stream of open) {
    stream?.once("close", () => {
      left -= 1;
      if (left === 0) resolve();
    });
  }
  await promise;
  cancel();
  // When the loop was held up, the deadline fires before what already waits in the pipe was read.
  await clock.yieldTurn();
  await clock.yieldTurn();
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.schedule(delayMs, resolve));
}

function timeoutFault(request: ProcessRequest): Fault {
  return new Fault({
    reason: "CommandTimeout",
    message: `${request.argv[0]} did not end within ${request.timeoutMs} ms and was killed`,
    resolution: "Find out what it waits for, or allow it more time.",
  });
}

function brokenFault(request: ProcessRequest, error: unknown): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `the pipes to ${request.argv[0]} broke: ${error instanceof Error ? error.message : String(error)}`,
    resolution: "Try again; if it repeats, report it.",
    cause: error,
  });
}
