import { readdir, readFile, readlink } from "node:fs/promises";
import { type Clock, Fault, sleep, type Watch } from "@holdfast/core";
import { type RunningProcess, startProcess } from "./start-process.ts";
import { systemEnvironment } from "./system-environment.ts";

const SUBSCRIBED_WITHIN_MS = 10_000;
const SUBSCRIBED_POLL_MS = 2;
const END_GRACE_MS = 1_000;

/** Who takes what a monitor writes. */
export interface MonitorOutput {
  readonly lines: (chunk: Uint8Array) => void;
  /** It could not show something. */
  readonly complaints: (chunk: Uint8Array) => void;
}

/** A program that prints what the kernel tells of itself by netlink. */
export interface NetlinkMonitor {
  readonly clock: Clock;
  readonly argv: readonly [string, ...string[]];
  /** Of its socket: the protocol (linux/netlink.h), and the groups that it must listen to, as bits. */
  readonly protocol: number;
  readonly groups: number;
  /** For messages. */
  readonly title: string;
  readonly output: MonitorOutput;
}

/**
 * Runs it, and resolves when the kernel tells it of every change.
 * @throws {Fault} WatchFailed; what starting a program throws.
 */
export async function startNetlinkMonitor(
  monitor: NetlinkMonitor,
  signal: AbortSignal,
): Promise<Watch> {
  const { argv, clock, output } = monitor;
  const running = await startProcess(
    {
      argv,
      cwd: "/",
      env: systemEnvironment,
      outputs: [output.lines, output.complaints],
      cgroup: "none",
    },
    signal,
  );
  const stop = async (): Promise<void> => {
    await running.tree.end(END_GRACE_MS, clock);
    running.release();
  };
  try {
    await subscribed(running, monitor, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return watchOf(running, monitor, stop);
}

function watchOf(
  running: RunningProcess,
  monitor: NetlinkMonitor,
  stop: () => Promise<void>,
): Watch {
  const ended = Promise.withResolvers<Fault | undefined>();
  let stopped: Promise<void> | undefined;
  void running.ended.then(() => {
    running.release();
    ended.resolve(monitorFault(monitor, "has ended"));
  });
  return {
    ended: ended.promise,
    [Symbol.asyncDispose]() {
      ended.resolve(undefined);
      stopped ??= stop();
      return stopped;
    },
  };
}

/** It says nothing when it is ready; the kernel shows to which groups its socket listens. */
async function subscribed(
  { pid, ended }: RunningProcess,
  monitor: NetlinkMonitor,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = monitor;
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const deadlineMs = clock.monotonicMs() + SUBSCRIBED_WITHIN_MS;
  while (!(await isListening(pid, monitor))) {
    if (isOver) throw monitorFault(monitor, "ended at once");
    if (clock.monotonicMs() > deadlineMs) throw monitorFault(monitor, "did not begin to listen");
    await sleep(clock, SUBSCRIBED_POLL_MS, signal);
  }
}

async function isListening(pid: number, { protocol, groups }: NetlinkMonitor): Promise<boolean> {
  const table = await readFile(`/proc/${pid}/net/netlink`, "utf8").catch(() => "");
  const sockets = new Set(await socketsOf(pid));
  return table.split("\n").some((line) => {
    const words = line.trim().split(/\s+/);
    const bits = Number.parseInt(words[3] ?? "", 16);
    const areAll = (bits & groups) === groups;
    return words[1] === String(protocol) && areAll && sockets.has(words.at(-1) ?? "");
  });
}

async function socketsOf(pid: number): Promise<readonly string[]> {
  const directory = `/proc/${pid}/fd`;
  const names = await readdir(directory).catch(() => []);
  const links = names.map((name) => readlink(`${directory}/${name}`).catch(() => ""));
  return (await Promise.all(links)).flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

function monitorFault({ title }: NetlinkMonitor, what: string): Fault {
  return new Fault({
    reason: "WatchFailed",
    message: `${title} ${what}`,
    resolution:
      "Nothing is to be done: it is started again, and what it tells of is polled meanwhile.",
    retry: "backoff",
  });
}
