import {
  ABSENT,
  entriesOf,
  Fault,
  type FileReading,
  type Observation,
  parseTable,
  present,
  type ReadContext,
  sysctlFormat,
  unknown,
} from "@holdfast/core";
import { byteStringOf, decodeText, readableText } from "../byte-text.ts";
import {
  type FileObserved,
  type FileSnapshot,
  observeFile,
  snapshotFiles,
} from "../file/observe.ts";
import { wrongType } from "../path-faults.ts";
import { renderedText } from "../rendered-file/rendered-file.ts";
import { type BootFiles, type Override, overrideOf, readBootFiles } from "./boot-values.ts";
import { comparableValue, dropInText, type SysctlInput, type SysctlSpec } from "./spec.ts";

const MAX_VALUE_BYTES = 65_536;
const WRITABLE = 0o222;

/** What the running kernel has of a key, and what sets it at boot. */
export interface SysctlObserved {
  /** `undefined`: nobody declared it, so nobody asked. */
  readonly live?: LiveValue;
  /** `undefined`: there is no such file. */
  readonly dropIn?: FileObserved;
  /** What comes after the file and says something of the key. */
  readonly override?: Override;
}

/** A value of the running kernel. */
interface LiveValue {
  readonly value: string;
  /** The kernel takes another. */
  readonly isWritable: boolean;
}

/** One bulk read for all. */
export interface SysctlSnapshot {
  readonly dropIns: FileSnapshot;
  /** By the path below /proc/sys. */
  readonly live: ReadonlyMap<string, Observation<FileReading>>;
  readonly bootFiles: BootFiles;
}

/** The file of a key in the running kernel. */
export function livePath({ key }: Pick<SysctlSpec, "key">): string {
  return `/proc/sys/${key}`;
}

/** Reads drop-ins, live values and everything else that sets values at boot. */
export async function snapshotSysctls(
  specs: readonly SysctlSpec[],
  context: ReadContext,
): Promise<SysctlSnapshot> {
  const { host, signal } = context;
  const dropIns = await snapshotFiles(
    specs.map(({ dropIn }) => dropIn),
    context,
  );
  const wanted = specs.filter(({ isLive }) => isLive);
  const requests = wanted.map((spec) => ({
    path: livePath(spec),
    content: "bytes" as const,
    maxBytes: MAX_VALUE_BYTES,
  }));
  const readings = await host.files.readMany(requests, signal);
  const live = new Map(wanted.map(({ key }, position) => [key, readings[position] ?? ABSENT]));
  const isPersisted = specs.some(({ dropIn }) => !dropIn.isAbsent);
  const bootFiles = isPersisted ? await readBootFiles(host.files, signal) : [];
  return { dropIns, live, bootFiles };
}

/**
 * Observes one key, in the snapshot where it is in it.
 * @throws {Fault} NotFound, when the running kernel has no such key.
 */
export async function observeSysctl(
  spec: SysctlSpec,
  context: ReadContext<SysctlSnapshot>,
): Promise<Observation<SysctlObserved>> {
  const isIn = context.snapshot?.dropIns.readings.has(spec.dropIn) === true;
  const snapshot = isIn
    ? context.snapshot
    : await snapshotSysctls([spec], { ...context, snapshot: undefined });
  if (snapshot === undefined) return ABSENT;
  const dropIn = await observeFile(spec.dropIn, { ...context, snapshot: snapshot.dropIns });
  if (dropIn.type === "unknown") return dropIn;
  const own = dropIn.type === "present" ? { dropIn: dropIn.value } : {};
  const override = spec.dropIn.isAbsent
    ? undefined
    : overrideOf(spec.key, spec.dropIn.path, snapshot.bootFiles);
  const boot = override === undefined ? own : { ...own, override };
  if (!spec.isLive) return dropIn.type === "absent" ? ABSENT : present(boot);
  const live = liveValue(spec, snapshot.live.get(spec.key) ?? ABSENT);
  return live.type === "present" ? present({ ...boot, live: live.value }) : live;
}

/** A key as an author would write it; `undefined` where its two values differ, or something else counts at boot. */
export function describeSysctl(
  { key }: SysctlSpec,
  { live, dropIn, override }: SysctlObserved,
): SysctlInput | undefined {
  if (dropIn === undefined) {
    return live === undefined ? undefined : { value: live.value, persisted: false };
  }
  const value = valueIn(key, renderedText(dropIn));
  if (value === undefined || isOverridden(value, override)) return undefined;
  if (live === undefined) return { value, live: false };
  return comparableValue(value) === comparableValue(live.value) ? { value } : undefined;
}

/** Whether something else than this value counts at boot. */
export function isOverridden(value: string, override: Override | undefined): boolean {
  return override !== undefined && comparableValue(override.value) !== comparableValue(value);
}

function valueIn(key: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [entry] = entriesOf(parseTable(byteStringOf(text), sysctlFormat));
  if (entry === undefined || entry.value === "") return undefined;
  const value = readableText(entry.value);
  return dropInText(key, value) === text ? value : undefined;
}

function liveValue({ key }: SysctlSpec, reading: Observation<FileReading>): Observation<LiveValue> {
  if (reading.type === "unknown") return reading;
  if (reading.type === "absent") return unknown(noKey(key));
  const { entry, bytes } = reading.value;
  const path = livePath({ key });
  if (entry.type !== "file") {
    return unknown(wrongType({ path, type: entry.type }, "a value", "Name a key below it."));
  }
  const text = bytes === undefined ? undefined : decodeText(bytes);
  if (text === undefined) return unknown(noText(path));
  const isWritable = (entry.mode & WRITABLE) !== 0;
  return present({ value: comparableValue(text), isWritable });
}

function noKey(key: string): Fault {
  return new Fault({
    reason: "NotFound",
    message: `the running kernel has no ${livePath({ key })}`,
    resolution:
      "Load the module that has it, correct the name, or write live: false so that it is set at boot alone.",
    retry: "backoff",
  });
}

function noText(path: string): Fault {
  return new Fault({
    reason: "ContentInvalid",
    message: `${path} holds no text of at most ${MAX_VALUE_BYTES} bytes`,
    resolution: "Correct the name: this is no parameter that a value can be declared of.",
  });
}
