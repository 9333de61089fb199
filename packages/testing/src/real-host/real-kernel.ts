import type { FileReader, FirewallWriter, MountWriter } from "@holdfast/core";
import type { Actor } from "../operations/actor.ts";
import { openRealFirewall } from "./real-firewall.ts";
import { openRealMounts } from "./real-mounts.ts";

/** What a real machine in a directory has of the kernel's own: in namespaces that are thrown away, or nothing. */
export interface RealKernel extends AsyncDisposable {
  readonly ports: { readonly mounts: MountWriter; readonly firewall: FirewallWriter };
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
    ports: { mounts: mounting.mounts, firewall: filtering.firewall },
    actor: { ...mounting.actor, ...filtering.actor },
    lines: () => [...mounting.lines(), ...filtering.lines()],
    async [Symbol.asyncDispose]() {
      await filtering[Symbol.asyncDispose]();
      await mounting[Symbol.asyncDispose]();
    },
  };
}
