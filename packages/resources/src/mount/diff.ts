import { type Change, change, type JsonObject } from "@holdfast/core";
import { fingerprintOf } from "../fingerprint.ts";
import { diffLine } from "../fstab/fstab-line.ts";
import { shownOptions, unmetOptions } from "./live-options.ts";
import type { LiveMount, MountObserved } from "./observe.ts";
import { isOfType } from "./same-source.ts";
import type { MountSpec } from "./spec.ts";

/** Compares what is mounted, and what fstab says, with a spec: each by itself. */
export function diffMount(spec: MountSpec, observed: MountObserved | undefined): readonly Change[] {
  const isLive = observed?.isLive !== false;
  return [
    ...(isLive ? diffLive(spec, observed?.live) : []),
    ...diffLine(spec.line, observed?.line),
  ];
}

/**
 * Whether the mount is there that others rely on. Of one that is mounted on demand, or left alone, nothing is promised; in
 * another root nothing is mounted at all. Other options leave it the same place.
 */
export function carriesOthers(
  { isMounted }: MountSpec,
  observed: MountObserved | undefined,
): boolean {
  if (isMounted !== true || observed?.isLive === false) return true;
  return observed?.live?.isDeclared === true;
}

/** What is mounted there as a short text. */
export function fingerprintMount(observed: MountObserved): string {
  const { line } = observed;
  if (line === undefined) return fingerprintOf(JSON.stringify(observed));
  // However its line spells the directory.
  const mountPoint = line.mountPoint.replace(/(?<=.)\/+$/, "");
  return fingerprintOf(JSON.stringify({ ...observed, line: { ...line, mountPoint } }));
}

/** What is mounted there. */
export function mountDetails({ isLive, live }: MountObserved): JsonObject {
  if (!isLive) return { mounted: "not here: this is another root" };
  if (live === undefined) return { mounted: false };
  const { shown, type } = live;
  return { mounted: true, source: shown, type, options: shownOptions(live).join(",") };
}

/** Compares what is mounted now alone. */
export function diffLive(spec: MountSpec, live: LiveMount | undefined): readonly Change[] {
  const { isMounted, source } = spec;
  if (isMounted === undefined) return [];
  if (!isMounted) return live === undefined ? [] : [change("mounted", true, false)];
  if (live === undefined) return [change("mounted", false, true)];
  if (!live.isDeclared) return [change("source", live.shown, source)];
  if (!isOfType(spec.type, live.type)) return [change("type", live.type, spec.type)];
  const unmet = unmetOptions(spec.options ?? [], live);
  if (unmet.length === 0) return [];
  return [change("options", shownOptions(live).join(","), unmet.join(","))];
}
