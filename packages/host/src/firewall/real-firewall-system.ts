import { readdir, readFile, readlink } from "node:fs/promises";
import { type Clock, Fault, sleep, type Watch } from "@holdfast/core";
import { runProcess } from "../processes/run-process.ts";
import { type RunningProcess, startProcess } from "../processes/start-process.ts";
import { systemEnvironment } from "../processes/system-environment.ts";
import type { FirewallSystem, MonitorOutput } from "./firewall-system.ts";

const NFT_TIMEOUT_MS = 30_000;
/** A listing of a set of a hundred thousand networks has some 8 MB. */
const MOST_OUTPUT_BYTES = 32 * 1024 * 1024;
const SUBSCRIBED_WITHIN_MS = 10_000;
const SUBSCRIBED_POLL_MS = 2;
const END_GRACE_MS = 1_000;
/** NETLINK_NETFILTER, and NFNLGRP_NFTABLES as a bit of the groups of a socket (linux/netfilter/nfnetlink.h). */
const NETLINK_NETFILTER = "12";
const NFTABLES_GROUP = 1 << 6;

/** Whose firewall it is. */
export interface RealFirewallOptions {
  readonly clock: Clock;
  /** Absolute. Nothing filters in any other than `/`, unless a network namespace is entered. */
  readonly root: string;
  /** The words of a command that runs the rest in a network namespace, and becomes it. Default: the machine's own. */
  readonly entering?: readonly string[];
}

/** The firewall of this machine's kernel. Nothing is run before it is needed. */
export function realFirewallSystem(options: RealFirewallOptions): FirewallSystem {
  const { clock, root, entering = [] } = options;
  return {
    isLive: root === "/" || entering.length > 0,
    async run({ words, stdin }, signal) {
      refuseOthers();
      const request = {
        argv: argvOf([...entering, "nft", ...words]),
        env: systemEnvironment,
        timeoutMs: NFT_TIMEOUT_MS,
        maxOutputBytes: MOST_OUTPUT_BYTES,
        cgroup: "none" as const,
        ...(stdin === undefined ? {} : { stdin }),
      };
      return runProcess(request, clock, signal).catch(withAdvice);
    },
    async monitor(output, signal) {
      refuseOthers();
      return startMonitor({ clock, entering, output }, signal).catch(withAdvice);
    },
  };
}

interface MonitorStart {
  readonly clock: Clock;
  readonly entering: readonly string[];
  readonly output: MonitorOutput;
}

async function startMonitor(
  { clock, entering, output }: MonitorStart,
  signal: AbortSignal,
): Promise<Watch> {
  const running = await startProcess(
    {
      argv: argvOf([...entering, "nft", "monitor"]),
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
    await subscribed(running, clock, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return watchOf(running, stop);
}

function watchOf(running: RunningProcess, stop: () => Promise<void>): Watch {
  const ended = Promise.withResolvers<Fault | undefined>();
  let stopped: Promise<void> | undefined;
  void running.ended.then(() => {
    running.release();
    ended.resolve(monitorFault("nft monitor has ended"));
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
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const deadlineMs = clock.monotonicMs() + SUBSCRIBED_WITHIN_MS;
  while (!(await isListening(pid))) {
    if (isOver) throw monitorFault("nft monitor ended at once");
    if (clock.monotonicMs() > deadlineMs) throw monitorFault("nft monitor did not begin to listen");
    await sleep(clock, SUBSCRIBED_POLL_MS, signal);
  }
}

async function isListening(pid: number): Promise<boolean> {
  const table = await readFile(`/proc/${pid}/net/netlink`, "utf8").catch(() => "");
  const sockets = new Set(await socketsOf(pid));
  return table.split("\n").some((line) => {
    const words = line.trim().split(/\s+/);
    const isGroup = (Number.parseInt(words[3] ?? "", 16) & NFTABLES_GROUP) !== 0;
    return words[1] === NETLINK_NETFILTER && isGroup && sockets.has(words.at(-1) ?? "");
  });
}

async function socketsOf(pid: number): Promise<readonly string[]> {
  const directory = `/proc/${pid}/fd`;
  const names = await readdir(directory).catch(() => []);
  const links = names.map((name) => readlink(`${directory}/${name}`).catch(() => ""));
  return (await Promise.all(links)).flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

function argvOf(words: readonly string[]): readonly [string, ...string[]] {
  const [program = "nft", ...rest] = words;
  return [program, ...rest];
}

function refuseOthers(): void {
  if (process.geteuid?.() === 0) return;
  throw new Fault({
    reason: "NotPrivileged",
    message: "only root may read or change the firewall",
    resolution: "Run the agent as root.",
  });
}

function withAdvice(error: unknown): never {
  if (!(error instanceof Fault) || error.reason !== "CommandNotFound") throw error;
  throw new Fault({
    reason: "CommandNotFound",
    message: "the firewall cannot be read without nft",
    resolution:
      "Install the package nftables, or declare package:nftables, so that it comes first.",
    cause: error,
  });
}

function monitorFault(message: string): Fault {
  return new Fault({
    reason: "WatchFailed",
    message,
    resolution: "Nothing is to be done: it is started again, and the firewall is polled meanwhile.",
    retry: "backoff",
  });
}
