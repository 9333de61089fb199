import {
  ABSENT,
  type FileEntry,
  type FileReading,
  type FileReadRequest,
  type FileType,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";
import type { LinkInput, LinkSpec } from "./spec.ts";

/** What is at the path of a link. */
export interface LinkObserved {
  readonly type: FileType;
  /** Of a symbolic link: where it leads, as stored. */
  readonly target?: string;
  /** For a hard link: whether path and target are one file. */
  readonly isSameFile: boolean;
  /** Of a regular file: which one it is on its file system. */
  readonly inode?: number;
}

/** One bulk read of many links, and of the targets of hard ones. */
export type LinkSnapshot = ReadonlyMap<LinkSpec, LinkReadings>;

interface LinkReadings {
  readonly path: Observation<FileReading>;
  readonly target?: Observation<FileReading>;
}

/** Observes all links at once. */
export async function snapshotLinks(
  specs: readonly LinkSpec[],
  context: ReadContext,
): Promise<LinkSnapshot> {
  const hard = specs.filter((spec) => spec.hard);
  const requests = [
    ...specs.map(({ path }) => readEntry(path)),
    ...hard.map(({ target }) => readEntry(target)),
  ];
  const found = await context.host.files.readMany(requests, context.signal);
  let next = specs.length;
  const readings = new Map<LinkSpec, LinkReadings>();
  specs.forEach((spec, position) => {
    const path = found[position] ?? ABSENT;
    const target = spec.hard ? (found[next++] ?? ABSENT) : undefined;
    readings.set(spec, target === undefined ? { path } : { path, target });
  });
  return readings;
}

/** Observes one link, in the snapshot where it is in it. */
export async function observeLink(
  spec: LinkSpec,
  context: ReadContext<LinkSnapshot>,
): Promise<Observation<LinkObserved>> {
  const snapshot = context.snapshot?.has(spec)
    ? context.snapshot
    : await snapshotLinks([spec], { ...context, snapshot: undefined });
  const { path, target } = snapshot.get(spec) ?? { path: ABSENT };
  if (path.type !== "present") return path;
  if (target?.type === "unknown") return target;
  const { entry, linkTarget } = path.value;
  const goal = target?.type === "present" ? target.value.entry : undefined;
  return present({
    type: entry.type,
    ...(linkTarget === undefined ? {} : { target: linkTarget }),
    isSameFile: goal !== undefined && isOneFile(entry, goal),
    ...(entry.type === "file" ? { inode: entry.inode } : {}),
  });
}

function readEntry(path: string): FileReadRequest {
  return { path, content: "none" };
}

function isOneFile(one: FileEntry, other: FileEntry): boolean {
  return one.device === other.device && one.inode === other.inode;
}

/** A link as an author would write it; `undefined` for a file that is another name of nothing known. */
export function describeLink(spec: LinkSpec, observed: LinkObserved): LinkInput | undefined {
  const force = spec.force ? { force: true } : {};
  if (observed.target !== undefined) return { target: observed.target, ...force };
  return spec.hard && observed.isSameFile
    ? { target: spec.target, hard: true, ...force }
    : undefined;
}
