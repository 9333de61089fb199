import { type Clock, Fault } from "@holdfast/core";
import { startNetlinkMonitor } from "../processes/netlink-monitor.ts";
import { runProcess } from "../processes/run-process.ts";
import { systemEnvironment } from "../processes/system-environment.ts";
import type { NetworkSystem } from "./network-system.ts";

const TIMEOUT_MS = 30_000;
/** A machine with a hundred thousand routes has some 20 MB of them. */
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;
const NETLINK_ROUTE = 0;
/** Links, and addresses and routes of both families, as bits of the groups of a socket (linux/rtnetlink.h). */
const ROUTE_GROUPS = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

/** Whose network it is. */
export interface RealNetworkOptions {
  readonly clock: Clock;
  /** Absolute. The network is that of no other than `/`, unless namespaces are entered. */
  readonly root: string;
  /** The words of a command that runs the rest in other namespaces, and becomes it. Default: the machine's own. */
  readonly entering?: readonly string[];
}

/** The network of this machine's kernel. Nothing is run before it is needed. */
export function realNetworkSystem(options: RealNetworkOptions): NetworkSystem {
  const { clock, root, entering = [] } = options;
  const argvOf = (words: readonly string[]): readonly [string, ...string[]] => {
    const [program = "ip", ...rest] = [...entering, ...words];
    return [program, ...rest];
  };
  return {
    isLive: root === "/" || entering.length > 0,
    async run({ program, words, stdin }, signal) {
      const request = {
        argv: argvOf([program, ...words]),
        env: systemEnvironment,
        timeoutMs: TIMEOUT_MS,
        maxOutputBytes: MOST_OUTPUT_BYTES,
        cgroup: "none" as const,
        ...(stdin === undefined ? {} : { stdin }),
      };
      return runProcess(request, clock, signal).catch(withAdvice);
    },
    async monitor(output, signal) {
      const argv = argvOf(["ip", "-o", "monitor", "link", "address", "route"]);
      const listening = { protocol: NETLINK_ROUTE, groups: ROUTE_GROUPS };
      const monitor = { clock, argv, ...listening, title: "ip monitor", output };
      return startNetlinkMonitor(monitor, signal).catch(withAdvice);
    },
  };
}

function withAdvice(error: unknown): never {
  if (!(error instanceof Fault) || error.reason !== "CommandNotFound") throw error;
  throw new Fault({
    reason: "CommandNotFound",
    message: "the network cannot be read without ip",
    resolution:
      "Install the package iproute2, or declare package:iproute2, so that it comes first.",
    cause: error,
  });
}
