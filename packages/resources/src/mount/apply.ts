import {
  type BatchMember,
  type Fault,
  type FstabEntry,
  type KindAction,
  type WriteContext,
} from "@holdfast/core";
import { applyEach } from "../fstab/apply-each.ts";
import { editFstab, reloadUnits } from "../fstab/fstab-file.ts";
import { diffLine, editLine, optionSet } from "../fstab/fstab-line.ts";
import { diffLive, diffMount } from "./diff.ts";
import { keptOptions } from "./live-options.ts";
import {
  linesFor,
  type LiveMount,
  type MountObserved,
  observationIn,
  snapshotMounts,
  topmostAt,
} from "./observe.ts";
import { plainOptions, remountable } from "./option-kinds.ts";
import { refuseImpossible } from "./refuse.ts";
import type { MountSpec } from "./spec.ts";

type MountAction = KindAction<MountSpec, MountObserved>;

/** More on one point are somebody's mistake; the remaining mounts show it. */
const MOST_STACKED = 32;

/**
 * Mounts, remounts or unmounts, and writes the line of fstab.
 * @throws {Fault} NotFound, WrongType, before anything is done; MountFailed; MountBusy, which leaves it mounted.
 */
export async function applyMount(action: MountAction, context: WriteContext): Promise<void> {
  const [fault] = await applyMounts([{ action, context }]);
  if (fault !== undefined) throw fault;
}

/** The same for many, one after the other; systemd reads fstab once after the last of them. */
export function applyMounts(
  members: readonly BatchMember<MountSpec, MountObserved>[],
): Promise<readonly (Fault | undefined)[]> {
  return applyEach(members, applyOne);
}

/**
 * What the kernel refuses is not written into fstab, where it would stop the next boot; so it is mounted first. But where
 * the line names another source, the unit that systemd has made of it may unmount the new one at once: then the line is first.
 * @returns whether fstab was written and systemd has not read it yet.
 */
async function applyOne(spec: MountSpec, context: WriteContext): Promise<boolean> {
  const snapshot = await snapshotMounts([spec], context);
  const found = observationIn(spec, snapshot);
  if (found.type === "unknown") throw found.fault;
  const observed = found.type === "present" ? found.value : NOTHING;
  if (diffMount(spec, observed).length === 0) return false;
  const { isLive } = snapshot.state;
  if (isLive && spec.isMounted === true) await refuseImpossible(spec, observed, snapshot, context);
  const isChanged = diffLine(spec.line, observed.line).length > 0;
  const isFirst = isLive && isChanged && isOtherSource(spec, observed.line);
  if (isFirst) {
    await writeLine(spec, context);
    await reloadUnits(context);
  }
  if (isLive) await applyLive(spec, observed, context);
  if (!isChanged || isFirst) return false;
  await writeLine(spec, context);
  return true;
}

const NOTHING: MountObserved = { isLive: true };

/** Of the fstab of now: to mount may have taken its time. */
function writeLine(spec: MountSpec, context: WriteContext): Promise<void> {
  return editFstab((table) => editLine(table, spec.line, linesFor(spec, table)), context);
}

function isOtherSource({ line }: MountSpec, found: FstabEntry | undefined): boolean {
  return line !== undefined && found !== undefined && line.source !== found.source;
}

async function applyLive(
  spec: MountSpec,
  { live, line }: MountObserved,
  context: WriteContext,
): Promise<void> {
  if (spec.isMounted === undefined) return;
  if (!spec.isMounted) return unmountAll(spec, context);
  const left = await unmountOthers(spec, live, context);
  if (left === undefined) return mountNow(spec, context);
  if (diffLive(spec, left).length > 0 || isAskedAnew(spec, line)) {
    await remountNow(spec, left, context);
  }
}

/** Takes away what is not declared, the topmost first; what is declared may be below it. */
async function unmountOthers(
  spec: MountSpec,
  live: LiveMount | undefined,
  context: WriteContext,
): Promise<LiveMount | undefined> {
  let left = live;
  for (let count = 0; left !== undefined && isOther(spec, left); count++) {
    if (count === MOST_STACKED) return left;
    await unmountOnce(spec, context);
    const found = observationIn(spec, await snapshotMounts([spec], context));
    if (found.type === "unknown") throw found.fault;
    left = found.type === "present" ? found.value.live : undefined;
  }
  return left;
}

function isOther(spec: MountSpec, live: LiveMount): boolean {
  return diffLive(spec, live).some(({ path }) => path === "source" || path === "type");
}

/** Options that the kernel does not show are known to be new by the line that is about to change. */
function isAskedAnew({ line: declared }: MountSpec, line: FstabEntry | undefined): boolean {
  if (declared?.options === undefined || line === undefined) return false;
  const asked = (options: readonly string[]): string => optionSet(plainOptions(options)).join(",");
  return asked(declared.options) !== asked(line.options);
}

async function mountNow(spec: MountSpec, { host, signal }: WriteContext): Promise<void> {
  const { source, mountPoint, type, isBind, options = [] } = spec;
  const kind = isBind || type === undefined ? {} : { type };
  await host.mounts.mount({ source, mountPoint, ...kind, options }, signal);
}

async function remountNow(
  spec: MountSpec,
  live: LiveMount,
  { host, signal }: WriteContext,
): Promise<void> {
  const { mountPoint, options = [] } = spec;
  const manner = live.isBind ? ["bind"] : [];
  const named = remountable(options);
  const all = [...manner, ...keptOptions(options, live), ...named];
  await host.mounts.remount({ source: live.source, mountPoint, options: all }, signal);
}

async function unmountOnce(
  { mountPoint, force }: MountSpec,
  { host, signal }: WriteContext,
): Promise<void> {
  await host.mounts.unmount({ mountPoint, force }, signal);
}

async function unmountAll(spec: MountSpec, context: WriteContext): Promise<void> {
  const { host, signal } = context;
  for (let count = 0; count < MOST_STACKED; count++) {
    if (topmostAt(spec, await host.mounts.read([], signal)) === undefined) return;
    await unmountOnce(spec, context);
  }
}
