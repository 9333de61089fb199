import type { FirewallWriter } from "@holdfast/core";
import { openFirewall, realClock } from "@holdfast/host";
import type { Actor } from "../operations/actor.ts";
import { missingForFirewall, openNetworkNamespace } from "./network-namespace.ts";

/** The firewall of a real machine in a directory. */
export interface RealFirewall extends AsyncDisposable {
  readonly firewall: FirewallWriter;
  /** Others, where anything filters. */
  readonly actor: Pick<Actor, "firewall">;
  lines(): readonly string[];
}

/** The port, and what others do to its tables: in a network namespace, or in a root where nothing filters. */
export function openRealFirewall(options: {
  readonly root: string;
  readonly isLive: boolean;
}): RealFirewall {
  const { root, isLive } = options;
  const clock = realClock;
  if (!isLive || missingForFirewall() !== undefined) {
    const firewall = openFirewall({ clock, root });
    return { firewall, actor: {}, lines: () => [], [Symbol.asyncDispose]: async () => {} };
  }
  const namespace = openNetworkNamespace();
  return {
    firewall: openFirewall({ clock, root, entering: namespace.entering }),
    actor: { firewall: namespace.actor },
    lines: () => namespace.lines(),
    [Symbol.asyncDispose]: () => namespace[Symbol.asyncDispose](),
  };
}
