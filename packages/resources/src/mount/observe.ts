import {
  ABSENT,
  entriesOf,
  type FstabEntry,
  mountAt,
  type Mounted,
  type MountState,
  type Observation,
  present,
  type ReadContext,
  unknown,
} from "@holdfast/core";
import { byteStringOf } from "../byte-text.ts";
import { type FstabTable, readFstab, repeatedFault } from "../fstab/fstab-file.ts";
import type { LiveOptions } from "./live-options.ts";
import { isShown } from "./same-source.ts";
import type { MountSpec } from "./spec.ts";

/** systemd's place holder for what it mounts when somebody comes by. */
const ON_DEMAND = "autofs";

/** What is mounted at a point, and what fstab says of it. */
export interface MountObserved {
  /** False under another root: nothing is known of what is mounted. */
  readonly isLive: boolean;
  /** `undefined`: nothing is mounted there. */
  readonly live?: LiveMount;
  /** `undefined`: fstab has no line for it. Its texts are byte strings. */
  readonly line?: FstabEntry;
}

/** The topmost mount of the point. */
export interface LiveMount extends LiveOptions {
  /** As a person would call it; of a bind mount, the directory of its file system. */
  readonly shown: string;
  /** As the kernel has it. */
  readonly source: string;
  /** It is what the spec names. */
  readonly isDeclared: boolean;
}

/** One bulk read for all. */
export interface MountSnapshot {
  readonly state: MountState;
  readonly fstab: Observation<FstabTable>;
  readonly specs: ReadonlySet<MountSpec>;
}

/** Reads fstab and everything that is mounted. */
export async function snapshotMounts(
  specs: readonly MountSpec[],
  context: Pick<ReadContext, "host" | "signal">,
): Promise<MountSnapshot> {
  const { host, signal } = context;
  const fstab = await readFstab(context);
  const sources = specs.map(({ source }) => source);
  return { fstab, state: await host.mounts.read(sources, signal), specs: new Set(specs) };
}

/** Observes one point, in the snapshot where it was made for it. */
export async function observeMount(
  spec: MountSpec,
  context: ReadContext<MountSnapshot>,
): Promise<Observation<MountObserved>> {
  const snapshot = context.snapshot?.specs.has(spec)
    ? context.snapshot
    : await snapshotMounts([spec], context);
  return observationIn(spec, snapshot);
}

/** What a snapshot says of one point. */
export function observationIn(
  spec: MountSpec,
  { state, fstab }: MountSnapshot,
): Observation<MountObserved> {
  if (fstab.type !== "present") return fstab;
  const [line, ...others] = linesFor(spec, fstab.value);
  if (others.length > 0 && spec.line !== undefined) return unknown(repeatedFault(spec.mountPoint));
  const top = topmostAt(spec, state);
  // Of another root nothing is absent that only would be mounted: it cannot be had there.
  const isOnlyLive = !state.isLive && !spec.isAbsent && spec.line === undefined;
  if (line === undefined && top === undefined && !isOnlyLive) return ABSENT;
  return present({
    isLive: state.isLive,
    ...(top === undefined ? {} : { live: liveMount(spec, top, state) }),
    ...(line === undefined ? {} : { line }),
  });
}

/** The lines of one mount point, however it is spelled. */
export function linesFor({ mountPoint }: MountSpec, table: FstabTable): readonly FstabEntry[] {
  const point = byteStringOf(mountPoint);
  return entriesOf(table).filter((entry) => {
    return (entry.mountPoint.replace(/(?<=.)\/+$/, "") || "/") === point;
  });
}

/** What is mounted there, on top of all; what only waits to be mounted on demand is nothing yet. */
export function topmostAt(
  { mountPoint, isAbsent }: MountSpec,
  { mounts }: MountState,
): Mounted | undefined {
  const top = mountAt(mounts, mountPoint);
  if (top?.mountPoint !== mountPoint) return undefined;
  return top.type === ON_DEMAND && !isAbsent ? undefined : top;
}

function liveMount(spec: MountSpec, top: Mounted, state: MountState): LiveMount {
  const { type, source, root, options, fileSystemOptions } = top;
  const isPart = root !== "/";
  return {
    type,
    source,
    shown: isPart ? `${root} of ${source}` : source,
    isDeclared: isShown(spec, top, state),
    isBind: spec.isBind || isPart,
    own: options,
    ofFileSystem: fileSystemOptions,
  };
}
