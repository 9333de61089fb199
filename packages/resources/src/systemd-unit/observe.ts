import { ABSENT, type Observation, present, type ReadContext } from "@holdfast/core";
import { isInTheWay } from "../file/diff.ts";
import { type FileObserved, observeFile } from "../file/observe.ts";
import { renderedText } from "../rendered-file/rendered-file.ts";
import { type FilesAndUnits, snapshotFilesAndUnits } from "../unit/files-and-units.ts";
import type { SystemdUnitInput, SystemdUnitSpec } from "./spec.ts";

/** What is there of the file of a unit, and of what systemd has read. */
export interface SystemdUnitObserved {
  /** `undefined`: nothing is at the path. */
  readonly file: FileObserved | undefined;
  /** A mask is where the file of the unit would be. */
  readonly isMask: boolean;
  /** systemd works with other files of the unit than those on the disk. */
  readonly isStale: boolean;
  /** Of a drop-in that is to be absent: its directory is there and has nothing in it. */
  readonly hasEmptyDirectory: boolean;
}

/** The files, and the units. */
export interface SystemdUnitSnapshot extends FilesAndUnits {
  /** What is in the directories of drop-ins that are to be absent. */
  readonly directories: ReadonlyMap<string, Observation<readonly string[]>>;
}

/** Reads everything that the specs need at once. */
export async function snapshotSystemdUnits(
  specs: readonly SystemdUnitSpec[],
  context: ReadContext,
): Promise<SystemdUnitSnapshot> {
  const { files, units } = await snapshotFilesAndUnits(specs, context);
  return { files, units, directories: await listDirectories(specs, context) };
}

async function listDirectories(
  specs: readonly SystemdUnitSpec[],
  { host, signal }: ReadContext,
): Promise<SystemdUnitSnapshot["directories"]> {
  const paths = specs.flatMap(({ directory, isAbsent }) =>
    isAbsent && directory !== undefined ? [directory] : [],
  );
  const lists = paths.map(async (path) => [path, await host.files.list(path, signal)] as const);
  return new Map(await Promise.all(lists));
}

/** Observes one file, in the snapshot where it is in it. */
export async function observeSystemdUnit(
  spec: SystemdUnitSpec,
  context: ReadContext<SystemdUnitSnapshot>,
): Promise<Observation<SystemdUnitObserved>> {
  const given = context.snapshot?.files.readings.has(spec.file) ? context.snapshot : undefined;
  const snapshot =
    given ?? (await snapshotSystemdUnits([spec], { ...context, snapshot: undefined }));
  const unit = snapshot.units.get(spec.unit) ?? ABSENT;
  const directory = snapshot.directories.get(spec.directory ?? "") ?? ABSENT;
  const found = await observeFile(spec.file, { ...context, snapshot: snapshot.files });
  // What is no file has no answer of systemd about it either, and is refused for what it is.
  if (found.type === "present" && isInTheWay(spec.file, found.value) && !isLink(found.value)) {
    return present({ file: found.value, ...NOTHING_ELSE });
  }
  for (const each of [unit, directory, found]) if (each.type === "unknown") return each;
  const reading = unit.type === "present" ? unit.value : undefined;
  const file = found.type === "present" ? found.value : undefined;
  const isStale = reading?.runtime?.details?.needsReload === true;
  const hasEmptyDirectory = directory.type === "present" && directory.value.length === 0;
  if (file === undefined && !isStale && !hasEmptyDirectory) return ABSENT;
  const isMask = isLink(file) && spec.directory === undefined && reading?.mask === "persistent";
  return present({ file, isMask, isStale, hasEmptyDirectory });
}

const NOTHING_ELSE = { isMask: false, isStale: false, hasEmptyDirectory: false };

function isLink(file: FileObserved | undefined): boolean {
  return file?.type === "link";
}

/**
 * The file as an author would write it. It is not verified: it was there, whether systemd takes it or not. `undefined` for
 * what is no such file.
 */
export function describeSystemdUnit(
  { unit, dropIn }: SystemdUnitSpec,
  { file }: SystemdUnitObserved,
): SystemdUnitInput | undefined {
  const text = renderedText(file);
  if (text === undefined || text === "") return undefined;
  return {
    unit,
    ...(dropIn === undefined ? {} : { dropIn }),
    text,
    verify: false,
  };
}
