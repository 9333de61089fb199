import { type Clock, Fault } from "@holdfast/core";
import { runProcess } from "../processes/run-process.ts";
import { startNetlinkMonitor } from "../processes/netlink-monitor.ts";
import { systemEnvironment } from "../processes/system-environment.ts";
import type { FirewallSystem } from "./firewall-system.ts";

const NFT_TIMEOUT_MS = 30_000;
/** A listing of a set of a hundred thousand networks has some 8 MB. */
const MOST_OUTPUT_BYTES = 32 * 1024 * 1024;
/** NETLINK_NETFILTER, and NFNLGRP_NFTABLES as a bit of the groups of a socket (linux/netfilter/nfnetlink.h). */
const NETLINK_NETFILTER = 12;
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
      const argv = argvOf([...entering, "nft", "monitor"]);
      const listening = { protocol: NETLINK_NETFILTER, groups: NFTABLES_GROUP };
      const monitor = { clock, argv, ...listening, title: "nft monitor", output };
      return startNetlinkMonitor(monitor, signal).catch(withAdvice);
    },
  };
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
