import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { assert } from "../assert.ts";
import { type Clock, formatDuration } from "../clock.ts";
import { abortFault, DaemonFault, throwIfAborted } from "../daemon-fault.ts";
import { codeOf } from "../error-code.ts";
import { loadNative } from "../native/native.ts";
import type { Pipe } from "../native/pipe.ts";
import { numberOption } from "../option.ts";
import { systemClock } from "../system.ts";
import type { Probe } from "./probe.ts";

/** A command that must end with exit code 0. */
export interface CommandProbe {
  /** Program and arguments; there is no shell. */
  readonly argv: readonly [string, ...string[]];
  /** The whole environment of the command. Default: a PATH of the system's directories. */
  readonly env?: Readonly<Record<string, string>>;
  /** After this the command and its children are killed. Default 10 000. */
  readonly timeoutMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

const DEFAULT_ENV = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
/** As much of the end of its complaints as fits into a message. */
const KEPT_OUTPUT_CHARACTERS = 500;
/** How long its complaints are awaited once it has ended: what left its group may have kept the pipe. */
const DRAIN_MS = 200;

/**
 * Asks whether a command succeeds, by the exit code of the process that was started. It gets no input and runs in `/`.
 * What it leaves in its process group is killed, also when it takes too long or the signal is aborted.
 * Fails with CommandFailed.
 */
export function commandProbe(options: CommandProbe): Probe {
  const { argv, env = DEFAULT_ENV, clock = systemClock } = options;
  const name = `command ${argv.join(" ")}`;
  const timeoutMs = numberOption({
    name: "timeoutMs",
    value: options.timeoutMs,
    otherwise: 10_000,
  });
  return { name, check };

  async function check(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { child, stderr } = start(argv, env, await openComplaints());
    let complaint = "";
    stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-KEPT_OUTPUT_CHARACTERS);
    });
    // What cannot be read any more says nothing; the exit code decides.
    stderr.on("error", () => {});
    const { promise: isRead, resolve: read } = Promise.withResolvers<void>();
    stderr.once("close", read);
    child.once("error", (error) => reject(failed(name, startFailure(error), error)));
    let cancel = clock.schedule(timeoutMs, () => {
      reject(failed(name, `it did not end within ${formatDuration(timeoutMs)}`));
    });
    const judge = (): void => {
      const end = child.exitCode ?? child.signalCode;
      if (end === 0) resolve();
      else reject(failed(name, `it ended with ${end} ${complaint.trim()}`.trim()));
    };
    const onExit = (): void => {
      killGroup(child);
      cancel();
      cancel = clock.schedule(DRAIN_MS, judge);
      void isRead.then(judge);
    };
    child.once("exit", onExit);
    const onAbort = (): void => reject(abortFault(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      await promise;
    } finally {
      cancel();
      signal.removeEventListener("abort", onAbort);
      child.off("exit", onExit);
      if (!hasEnded(child)) killGroup(child);
      stderr.destroy();
    }
  }
}

/** A pipe for what the command complains of; `undefined` where there is none but Node's own, which is a socket. */
async function openComplaints(): Promise<Pipe | undefined> {
  const { openPipe } = await loadNative();
  try {
    return openPipe();
  } catch (error) {
    if (error instanceof DaemonFault && error.reason === "NativeUnavailable") return undefined;
    throw error;
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly stderr: Readable;
}

function start(
  argv: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  complaints: Pipe | undefined,
): Started {
  const [program, ...args] = argv;
  const child = spawn(program, args, {
    cwd: "/",
    env,
    // A group of its own, so that its children can be killed with it.
    detached: true,
    stdio: ["ignore", "ignore", complaints?.writer ?? "pipe"],
  });
  if (complaints === undefined) {
    assert(child.stderr !== null, "what was asked for a pipe has one");
    return { child, stderr: child.stderr };
  }
  closeSync(complaints.writer);
  const stderr = new Socket({ fd: complaints.reader, readable: true, writable: false });
  return { child, stderr };
}

/** Kills what is in the group. Its number is nobody else's while its leader, or anything in it, runs. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error;
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function startFailure(error: Error): string {
  return codeOf(error) === "ENOENT" ? "there is no such program" : error.message;
}

function failed(name: string, why: string, cause?: unknown): DaemonFault {
  return new DaemonFault({
    reason: "CommandFailed",
    message: `${name}: ${why}`,
    resolution: "Run the command by hand and put right what it complains about.",
    cause,
  });
}
