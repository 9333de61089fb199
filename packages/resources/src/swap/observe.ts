import {
  ABSENT,
  type ActiveSwap,
  entriesOf,
  type FileReading,
  type FileType,
  type FstabEntry,
  type MountState,
  type Observation,
  present,
  type ReadContext,
  type SwapContent,
  unknown,
} from "@holdfast/core";
import { readableText } from "../byte-text.ts";
import { type FstabTable, readFstab, repeatedFault } from "../fstab/fstab-file.ts";
import type { SwapSpec } from "./spec.ts";

/** An area, whether it is swapped to, and what fstab says of it. */
export interface SwapObserved {
  /** False under another root: nothing is swapped to there. */
  readonly isLive: boolean;
  /** `undefined`: it is not swapped to. Negative: the kernel chose it. */
  readonly activePriority?: number;
  /** `undefined`: there is no such file, or it is a device. */
  readonly file?: SwapFile;
  /** `undefined`: fstab has no line for it. */
  readonly line?: FstabEntry;
}

/** The file of an area. */
export interface SwapFile {
  readonly type: FileType;
  readonly sizeBytes: number;
  readonly mode: number;
  readonly uid: number;
  /** What is in it; of a file that is swapped to that is swap space. */
  readonly content: SwapContent;
}

/** One bulk read for all. */
export interface SwapSnapshot {
  readonly state: MountState;
  readonly fstab: Observation<FstabTable>;
  /** Of the areas that are files. */
  readonly files: ReadonlyMap<SwapSpec, Observation<SwapFile>>;
  readonly specs: ReadonlySet<SwapSpec>;
}

type Context = Pick<ReadContext, "host" | "signal">;

/** Reads fstab, what is swapped to, and the files. What is in a file is only asked of those that are not swapped to. */
export async function snapshotSwaps(
  specs: readonly SwapSpec[],
  context: Context,
): Promise<SwapSnapshot> {
  const { host, signal } = context;
  const fstab = await readFstab(context);
  const lines = fstab.type === "present" ? swapLines(fstab.value) : [];
  const sources = [...specs.map(({ area }) => area), ...lines.map(sourceOf)];
  const state = await host.mounts.read(sources, signal);
  const wanted = specs.filter(({ isDevice }) => !isDevice);
  const requests = wanted.map(({ area }) => ({ path: area, content: "none" }) as const);
  const readings = await host.files.readMany(requests, signal);
  const files = new Map<SwapSpec, Observation<SwapFile>>();
  for (const [position, spec] of wanted.entries()) {
    files.set(spec, await fileOf(spec, readings[position] ?? ABSENT, { state, context }));
  }
  return { state, fstab, files, specs: new Set(specs) };
}

/** Observes one area, in the snapshot where it was made for it. */
export async function observeSwap(
  spec: SwapSpec,
  context: ReadContext<SwapSnapshot>,
): Promise<Observation<SwapObserved>> {
  const snapshot = context.snapshot?.specs.has(spec)
    ? context.snapshot
    : await snapshotSwaps([spec], context);
  return observationIn(spec, snapshot);
}

/** What a snapshot says of one area. */
export function observationIn(
  spec: SwapSpec,
  { state, fstab, files }: SwapSnapshot,
): Observation<SwapObserved> {
  if (fstab.type !== "present") return fstab;
  const [line, ...others] = linesFor(spec, fstab.value, state);
  if (others.length > 0 && spec.line !== undefined) return unknown(repeatedFault(spec.area));
  const file = files.get(spec) ?? ABSENT;
  if (file.type === "unknown") return file;
  const active = activeIn(spec, state);
  if (line === undefined && active === undefined && file.type === "absent") return ABSENT;
  return present({
    isLive: state.isLive,
    ...(active === undefined ? {} : { activePriority: active.priority }),
    ...(file.type === "present" ? { file: file.value } : {}),
    ...(line === undefined ? {} : { line }),
  });
}

/** The lines of one area, by whichever of its names. */
export function linesFor(
  { area }: SwapSpec,
  table: FstabTable,
  state: MountState,
): readonly FstabEntry[] {
  const device = deviceOf(area, state);
  return swapLines(table).filter((entry) => deviceOf(sourceOf(entry), state) === device);
}

/** The area as it is swapped to; `undefined` when it is not. */
export function activeIn({ area }: SwapSpec, state: MountState): ActiveSwap | undefined {
  const device = deviceOf(area, state);
  return state.swaps.find(({ path }) => deviceOf(path, state) === device);
}

function swapLines(table: FstabTable): readonly FstabEntry[] {
  return entriesOf(table).filter(({ type }) => type === "swap");
}

function sourceOf({ source }: FstabEntry): string {
  return readableText(source);
}

function deviceOf(name: string, { devices }: MountState): string {
  return devices.get(name) ?? name;
}

async function fileOf(
  spec: SwapSpec,
  reading: Observation<FileReading>,
  { state, context: { host, signal } }: { readonly state: MountState; readonly context: Context },
): Promise<Observation<SwapFile>> {
  if (reading.type !== "present") return reading;
  const { type, sizeBytes, mode, uid } = reading.value.entry;
  const isAsked = type === "file" && activeIn(spec, state) === undefined;
  const content = isAsked ? await host.mounts.swapContent(spec.area, signal) : "swap";
  return present({ type, sizeBytes, mode, uid, content });
}
