import {
  ABSENT,
  type NetworkLink,
  type NetworkState,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";
import {
  type FileObserved,
  type FileSnapshot,
  observeFile,
  snapshotFiles,
} from "../file/observe.ts";
import type { NetworkSpec } from "./spec.ts";

/** What the kernel has of a link, and what keeps it. */
export interface NetworkObserved {
  /** False under another root: its network is not the kernel's. */
  readonly isLive: boolean;
  /** `undefined`: there is none of that name. */
  readonly link?: NetworkLink;
  /** The other ends of connections from elsewhere. */
  readonly peers: readonly string[];
  /** Those of its parts that are there. */
  readonly ports: readonly NetworkLink[];
  readonly network?: FileObserved;
  readonly netdev?: FileObserved;
  readonly portsFile?: FileObserved;
}

/** One bulk read for all. */
export interface NetworkSnapshot {
  readonly state: NetworkState;
  readonly files: FileSnapshot;
  readonly specs: ReadonlySet<NetworkSpec>;
}

/** Reads all links, and all files. */
export async function snapshotNetworks(
  specs: readonly NetworkSpec[],
  context: ReadContext,
): Promise<NetworkSnapshot> {
  const names = specs.flatMap(({ name, ports }) => [name, ...ports]);
  const files = specs.flatMap((spec) => [spec.files.network, spec.files.netdev, spec.files.ports]);
  return {
    files: await snapshotFiles(files, context),
    state: await context.host.network.read(names, context.signal),
    specs: new Set(specs),
  };
}

/** Observes one link, in the snapshot where it is in it. */
export async function observeNetwork(
  spec: NetworkSpec,
  context: ReadContext<NetworkSnapshot>,
): Promise<Observation<NetworkObserved>> {
  const found = await readNetwork(spec, context);
  if (found.type !== "present") return found;
  const { isLive, link, network, netdev, portsFile } = found.value;
  const isAnything = [link, network, netdev, portsFile].some((part) => part !== undefined);
  // Of another root nobody can say that the link is not there.
  return isAnything || (!isLive && !spec.isAbsent) ? found : ABSENT;
}

/** The same, also where nothing is of it: its parts may be there. */
export async function readNetwork(
  spec: NetworkSpec,
  context: ReadContext<NetworkSnapshot>,
): Promise<Observation<NetworkObserved>> {
  const { state, files: snapshot } = context.snapshot?.specs.has(spec)
    ? context.snapshot
    : await snapshotNetworks([spec], { ...context, snapshot: undefined });
  const { files } = spec;
  const network = await observeFile(files.network, { ...context, snapshot });
  const netdev = await observeFile(files.netdev, { ...context, snapshot });
  const ports = await observeFile(files.ports, { ...context, snapshot });
  for (const part of [network, netdev, ports]) if (part.type === "unknown") return part;
  const link = state.links.get(spec.name);
  return present({
    isLive: state.isLive,
    ...(link && { link }),
    peers: state.peers,
    ports: spec.ports.flatMap((port) => state.links.get(port) ?? []),
    ...(network.type === "present" && { network: network.value }),
    ...(netdev.type === "present" && { netdev: netdev.value }),
    ...(ports.type === "present" && { portsFile: ports.value }),
  });
}
