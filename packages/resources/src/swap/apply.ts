import { type BatchMember, Fault, type KindAction, type WriteContext } from "@holdfast/core";
import { applyEach } from "../fstab/apply-each.ts";
import { editFstab } from "../fstab/fstab-file.ts";
import { diffLine, editLine } from "../fstab/fstab-line.ts";
import { wrongType } from "../path-faults.ts";
import { diffSwap, SWAP_MODE } from "./diff.ts";
import {
  linesFor,
  observationIn,
  snapshotSwaps,
  type SwapObserved,
  type SwapSnapshot,
} from "./observe.ts";
import type { SwapSpec } from "./spec.ts";

/** An area about which something is to be done. */
interface Work {
  readonly spec: SwapSpec;
  readonly observed: SwapObserved;
  readonly snapshot: SwapSnapshot;
  readonly context: WriteContext;
}

/**
 * Makes the file, swaps to it or no more, and writes the line of fstab.
 * @throws {Fault} AlreadyExists, where something else than swap space would be lost; WrongType; NotFound; SwapFailed.
 */
export async function applySwap(
  action: KindAction<SwapSpec, SwapObserved>,
  context: WriteContext,
): Promise<void> {
  const [fault] = await applySwaps([{ action, context }]);
  if (fault !== undefined) throw fault;
}

/** The same for many, one after the other; systemd reads fstab once after the last of them. */
export function applySwaps(
  members: readonly BatchMember<SwapSpec, SwapObserved>[],
): Promise<readonly (Fault | undefined)[]> {
  return applyEach(members, applyOne);
}

/** @returns whether fstab was written. */
async function applyOne(spec: SwapSpec, context: WriteContext): Promise<boolean> {
  const snapshot = await snapshotSwaps([spec], context);
  const found = observationIn(spec, snapshot);
  if (found.type === "unknown") throw found.fault;
  const observed = found.type === "present" ? found.value : { isLive: snapshot.state.isLive };
  if (diffSwap(spec, observed).length === 0) return false;
  const work = { spec, observed, snapshot, context };
  refuseLoss(work);
  if (spec.isAbsent) await removeArea(work);
  else await makeArea(work);
  if (diffLine(spec.line, observed.line).length === 0) return false;
  await writeLine(work);
  return true;
}

/** A file with something else in it is somebody's. */
function refuseLoss({ spec, observed: { file } }: Work): void {
  const { area, force, sizeBytes, isActive, isAbsent } = spec;
  if (file === undefined) return;
  const isTouched = sizeBytes !== undefined || (isActive === true && !isAbsent);
  if (file.type !== "file") {
    const found = { path: area, type: file.type };
    if (isTouched) throw wrongType(found, "a file", "Move it away, or name another file.");
  } else if (file.content === "other" && isTouched && !force) throw otherContent(area);
}

async function removeArea({ spec, observed, context }: Work): Promise<void> {
  const { area, sizeBytes } = spec;
  const { host, signal } = context;
  if (observed.activePriority !== undefined) await turnOff({ spec, context });
  if (sizeBytes !== undefined && observed.file !== undefined) {
    await host.files.remove({ path: area }, signal);
  }
}

async function makeArea(work: Work): Promise<void> {
  const { spec, observed, context } = work;
  const wasActive = observed.activePriority !== undefined;
  const isMade = spec.sizeBytes !== undefined && isToBeMade(work, spec.sizeBytes);
  const hasPriority = spec.priority === undefined || spec.priority === observed.activePriority;
  const isKept = wasActive && !isMade && spec.isActive !== false;
  const isRight = isKept && (spec.isActive === undefined || hasPriority);
  if (wasActive && !isRight) await turnOff({ spec, context });
  if (spec.sizeBytes !== undefined) await makeFile(work, spec.sizeBytes, isMade);
  const isWanted = spec.isActive ?? wasActive;
  if (isRight || !isWanted || !observed.isLive) return;
  if (spec.sizeBytes === undefined && !wasActive) await prepareArea(work);
  await turnOn(work);
}

function isToBeMade({ observed: { file } }: Work, sizeBytes: number): boolean {
  return file === undefined || file.sizeBytes !== sizeBytes || file.content !== "swap";
}

/** A whole new file takes the place of the old one: what is half made is never at its path. */
async function makeFile(
  { spec: { area }, observed: { file }, context }: Work,
  sizeBytes: number,
  isMade: boolean,
): Promise<void> {
  const { host, attempt, signal } = context;
  const attributes = { uid: 0, gid: 0, mode: SWAP_MODE };
  if (isMade) {
    const validate = (path: string): Promise<void> =>
      host.mounts.formatSwap({ path, sizeBytes }, signal);
    const content = new Uint8Array();
    const made = { content, validate, finishedSizeBytes: sizeBytes };
    await host.files.write({ path: area, attempt, ...made, ...attributes }, signal);
  } else if (file !== undefined && (file.mode !== SWAP_MODE || file.uid !== 0)) {
    await host.files.setAttributes({ path: area, ...attributes }, signal);
  }
}

/** An area that is there and is no swap space yet is made that only when its author says so. */
async function prepareArea({ spec, snapshot, observed, context }: Work): Promise<void> {
  const { host, signal } = context;
  const { area, isDevice, force } = spec;
  const path = isDevice ? snapshot.state.devices.get(area) : area;
  if (path === undefined || (!isDevice && observed.file === undefined)) throw noArea(area);
  if ((await host.mounts.swapContent(path, signal)) === "swap") return;
  if (!force) throw otherContent(area);
  await host.mounts.formatSwap({ path }, signal);
}

async function turnOn({ spec, snapshot, context }: Work): Promise<void> {
  const { area, priority } = spec;
  const path = snapshot.state.devices.get(area) ?? area;
  const request = priority === undefined ? { path } : { path, priority };
  await context.host.mounts.swapOn(request, context.signal);
}

async function turnOff({ spec, context }: Pick<Work, "spec" | "context">): Promise<void> {
  const { host, signal } = context;
  const { state } = await snapshotSwaps([spec], context);
  const device = state.devices.get(spec.area) ?? spec.area;
  const active = state.swaps.find(({ path }) => (state.devices.get(path) ?? path) === device);
  if (active !== undefined) await host.mounts.swapOff(active.path, signal);
}

function writeLine({ spec, snapshot: { state }, context }: Work): Promise<void> {
  return editFstab((table) => editLine(table, spec.line, linesFor(spec, table, state)), context);
}

function otherContent(area: string): Fault {
  return new Fault({
    reason: "AlreadyExists",
    message: `${area} holds something else than swap space, which would be lost`,
    resolution: "Name another area, or write force: true if nobody needs what is there.",
  });
}

function noArea(area: string): Fault {
  return new Fault({
    reason: "NotFound",
    message: `there is no ${area} to swap to`,
    resolution: "Write size, so that the file is made, or correct the name (blkid lists devices).",
    retry: "backoff",
  });
}
