import { spawnSync } from "node:child_process";
import { openFirewall, realClock } from "@holdfast/host";
import type { FirewallSubject } from "../firewall-laws/subject.ts";
import { openNetworkNamespace, type RealNetworkNamespace } from "./namespaces/network-namespace.ts";

/** A hint of a real watch comes within this, also on a busy machine. */
const HINT_MS = 5_000;

/** A subject with the namespace that it is in, for packets. */
export interface RealFirewallSubject extends FirewallSubject {
  readonly namespace: RealNetworkNamespace;
}

/** The kernel's own firewall, in a network namespace that is thrown away. Needs root. */
export async function openRealFirewallSubject(): Promise<RealFirewallSubject> {
  const namespace = openNetworkNamespace();
  return {
    namespace,
    firewall: openFirewall({ clock: realClock, root: "/", entering: namespace.entering }),
    actor: namespace.actor,
    lines: () => namespace.lines(),
    killMonitors: () => killIn(namespace.pid),
    finish: (work) => work,
    until,
    [Symbol.asyncDispose]: () => namespace[Symbol.asyncDispose](),
  };
}

/** Kills every nft of the namespace, and nothing else. */
function killIn(pid: number): void {
  const script = `for one in /proc/[0-9]*; do
    [ "$(readlink $one/ns/net)" = "$(readlink /proc/$1/ns/net)" ] || continue
    [ "$(cat $one/comm)" = nft ] && kill -KILL "\${one#/proc/}"
  done; true`;
  spawnSync("sh", ["-c", script, "sh", String(pid)], { stdio: "ignore" });
}

async function until(isSo: () => boolean): Promise<boolean> {
  const endMs = realClock.monotonicMs() + HINT_MS;
  while (!isSo()) {
    if (realClock.monotonicMs() > endMs) return false;
    await new Promise<void>((resolve) => realClock.schedule(1, resolve));
  }
  return true;
}
