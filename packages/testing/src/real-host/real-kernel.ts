import type { FileReader, FirewallWriter, MountWriter, NetworkWriter } from "@holdfast/core";
import { openFirewall, openNetwork, realClock } from "@holdfast/host";
import type { Actor } from "../operations/actor.ts";
import { missingForFirewall, openNetworkNamespace } from "./namespaces/network-namespace.ts";
import { openRealMounts } from "./real-mounts.ts";

/** What a real machine in a directory has of the kernel's own: in namespaces that are thrown away, or nothing. */
export interface RealKernel extends AsyncDisposable {
  readonly ports: {
    readonly mounts: MountWriter;
    readonly firewall: FirewallWriter;
    readonly network: NetworkWriter;
  };
  /** Others, where anything is mounted or filters. */
  readonly actor: Pick<Actor, "mounts" | "firewall">;
  /** Of a tree. */
  lines(): readonly string[];
}

/** What of it is there. */
export interface RealKernelOptions {
  readonly root: string;
  readonly files: FileReader;
  /** Default: nothing is mounted. */
  readonly mountsLive?: boolean | undefined;
  /** Default: nothing filters. */
  readonly firewallLive?: boolean | undefined;
}

/** Opens it, each part in a namespace of its own where that may be made. */
export function openRealKernel(options: RealKernelOptions): RealKernel {
  const { root, files, mountsLive = false, firewallLive = false } = options;
  const mounting = openRealMounts({ root, files, isLive: mountsLive });
  const filtering = openRealFirewall({ root, isLive: firewallLive });
  return {
    ports: {
      mounts: mounting.mounts,
      firewall: filtering.firewall,
      network: openNetwork({ clock: realClock, root }),
    },
    actor: { ...mounting.actor, ...filtering.actor },
    lines: () => [...mounting.lines(), ...filtering.lines()],
    async [Symbol.asyncDispose]() {
      await filtering[Symbol.asyncDispose]();
      await mounting[Symbol.asyncDispose]();
    },
  };
}

/** The firewall of a real machine in a directory. */
interface RealFirewall extends AsyncDisposable {
  readonly firewall: FirewallWriter;
  /** Others, where anything filters. */
  readonly actor: Pick<Actor, "firewall">;
  lines(): readonly string[];
}

/** The port, and what others do to its tables: in a network namespace, or in a root where nothing filters. */
function openRealFirewall(options: {
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
