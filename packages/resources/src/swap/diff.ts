import { type Change, change, type JsonObject } from "@holdfast/core";
import { formatMode } from "../attributes/file-mode.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { diffLine } from "../fstab/fstab-line.ts";
import type { SwapFile, SwapObserved } from "./observe.ts";
import type { SwapSpec } from "./spec.ts";

/** Whoever reads it reads the memory of others. */
export const SWAP_MODE = 0o600;

/** Compares file, what is swapped to, and fstab with a spec: each by itself. */
export function diffSwap(spec: SwapSpec, observed: SwapObserved | undefined): readonly Change[] {
  const isLive = observed?.isLive !== false;
  return [
    ...diffFile(spec, observed?.file),
    ...(isLive ? diffActive(spec, observed) : []),
    ...diffLine(spec.line, observed?.line),
  ];
}

/** The state of an area as a short text. */
export function fingerprintSwap(observed: SwapObserved): string {
  return fingerprintOf(JSON.stringify(observed));
}

/** Whether it is swapped to. */
export function swapDetails({ isLive, activePriority }: SwapObserved): JsonObject {
  if (!isLive) return { active: "not here: this is another root" };
  if (activePriority === undefined) return { active: false };
  return { active: true, priority: activePriority };
}

/** Only a file that is ours; the content of every file that is to be swapped to. */
function diffFile(
  { sizeBytes, isAbsent, isActive }: SwapSpec,
  file: SwapFile | undefined,
): readonly Change[] {
  if (isAbsent) {
    const isOurs = sizeBytes !== undefined && file !== undefined;
    return isOurs ? [change("state", "present", "absent")] : [];
  }
  if (file === undefined)
    return sizeBytes === undefined ? [] : [change("size", undefined, sizeBytes)];
  if (file.type !== "file") return [change("type", file.type, "file")];
  const isOther = sizeBytes !== undefined && file.sizeBytes !== sizeBytes;
  const isNeeded = sizeBytes !== undefined || isActive === true;
  const isSwap = file.content === "swap";
  return [
    ...(isOther ? [change("size", file.sizeBytes, sizeBytes)] : []),
    ...(isNeeded && !isSwap ? [change("content", file.content, "swap")] : []),
    ...(sizeBytes === undefined ? [] : diffAttributes(file)),
  ];
}

function diffAttributes({ mode, uid }: SwapFile): readonly Change[] {
  return [
    ...(mode === SWAP_MODE ? [] : [change("mode", formatMode(mode), formatMode(SWAP_MODE))]),
    ...(uid === 0 ? [] : [change("owner", uid, 0)]),
  ];
}

function diffActive(
  { isActive, priority }: SwapSpec,
  observed: SwapObserved | undefined,
): readonly Change[] {
  const current = observed?.activePriority;
  if (isActive === undefined) return [];
  if (isActive !== (current !== undefined)) return [change("active", !isActive, isActive)];
  if (!isActive || priority === undefined || priority === current) return [];
  return [change("priority", current, priority)];
}
