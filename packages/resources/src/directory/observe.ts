import {
  ABSENT,
  assert,
  type Fault,
  type FileReading,
  type FileType,
  type Observation,
  present,
  type ReadContext,
  unknown,
} from "@holdfast/core";
import { type AccountIds, findAccounts } from "../attributes/account-ids.ts";
import {
  describeAttributes,
  diffAttributes,
  type ObservedAttributes,
  observedAttributes,
  resolveIds,
} from "../attributes/attributes.ts";
import { type EntryBelow, readBelow } from "./below.ts";
import { type CopyOf, isCopy, type ObservedCopy, pathBelow } from "./copy/copied-entry.ts";
import { observedTop } from "./copy/copied-top.ts";
import { copySteps } from "./copy/copy-steps.ts";
import { readCopy } from "./copy/read-copy.ts";
import { readSource } from "./copy/read-source.ts";
import { driftBelow, failuresOf, type ObservedBelow } from "./recurse.ts";
import type { DirectoryInput, DirectorySpec } from "./spec.ts";

/** What is at the path of a directory. */
export interface DirectoryObserved extends ObservedAttributes {
  readonly type: FileType;
  /** With `recurse`, what is below. */
  readonly below?: ObservedBelow;
  /** With `source`, that and what is a copy of it. */
  readonly copy?: ObservedCopy;
}

/** One bulk read of many directories. A spec is found in it as the object it is. */
export interface DirectorySnapshot {
  readonly readings: ReadonlyMap<DirectorySpec, Observation<FileReading>>;
  readonly accounts: AccountIds;
}

/** Observes all paths at once; the entries below are walked for each by itself. */
export async function snapshotDirectories(
  specs: readonly DirectorySpec[],
  context: ReadContext,
): Promise<DirectorySnapshot> {
  const { host, signal } = context;
  const requests = specs.map(({ path }) => ({ path, content: "none" as const }));
  const found = await host.files.readMany(requests, signal);
  const readings = new Map<DirectorySpec, Observation<FileReading>>();
  specs.forEach((spec, position) => {
    readings.set(spec, found[position] ?? ABSENT);
  });
  const declared = specs.flatMap((spec) => [spec, spec.recurse ?? {}]);
  return { readings, accounts: await findAccounts(declared, host.accounts, signal) };
}

/**
 * Observes one directory, in the snapshot where it is in it, and the entries below it where they are declared.
 * @throws {Fault} ContentTooLarge, when more is below than is read; ContentUnavailable and SourceEntryRefused for a
 *   source that cannot be copied.
 */
export async function observeDirectory(
  spec: DirectorySpec,
  context: ReadContext<DirectorySnapshot>,
): Promise<Observation<DirectoryObserved>> {
  const { host, signal } = context;
  const snapshot = context.snapshot?.readings.has(spec)
    ? context.snapshot
    : await snapshotDirectories([spec], { ...context, snapshot: undefined });
  const reading = snapshot.readings.get(spec) ?? ABSENT;
  if (reading.type === "unknown") return reading;
  const isThere = reading.type === "present" && reading.value.entry.type === "directory";
  if (!isThere && isCopy(spec)) {
    // An entry that cannot be copied is reported before the directory is made.
    await readSource(spec, host.files, "none", signal);
  }
  if (reading.type === "absent") return ABSENT;
  const { entry } = reading.value;
  const attributes = observedAttributes(entry, spec, snapshot.accounts);
  const observed = { type: entry.type, ...attributes };
  if (!isThere) return present(observed);
  const ids = resolveIds(spec.recurse ?? {}, snapshot.accounts);
  if (isCopy(spec)) {
    const copy = await readCopy(spec, ids, host.files, signal);
    const below = spec.recurse && {
      below: { entries: othersBelow(spec, copy), unread: [], ...ids },
    };
    return present({ ...observedTop(observed, spec, copy.top), copy, ...below });
  }
  if (spec.recurse === undefined) return present(observed);
  const top = { path: spec.path, device: entry.device };
  const below = { ...(await readBelow(top, host.files, signal)), ...ids };
  const isAllOfIt = below.unread.length === 0 || isDrifted(spec, attributes, below);
  return isAllOfIt ? present({ ...observed, below }) : unknown(unreadFault(spec, below));
}

/** What can be seen to differ is changed, and that may open what cannot be read; where nothing can, nobody knows. */
function isDrifted(
  spec: DirectorySpec,
  attributes: ObservedAttributes,
  below: ObservedBelow,
): boolean {
  return (
    diffAttributes(spec, attributes).length > 0 || driftBelow(spec.recurse ?? {}, below).length > 0
  );
}

function unreadFault({ path }: DirectorySpec, { unread }: ObservedBelow): Fault {
  const fault = failuresOf(unread).fault(`read what is below ${path}`);
  assert(fault !== undefined, "something was not read");
  return fault;
}

/** What the source does not have and nobody purges is under `recurse` like anything else. */
function othersBelow(spec: CopyOf<DirectorySpec>, copy: ObservedCopy): readonly EntryBelow[] {
  return copySteps(spec, copy).others.flatMap(({ path, reading }) => {
    const entry = reading?.entry;
    return entry === undefined ? [] : [{ path: pathBelow(spec.path, path), entry }];
  });
}

/**
 * A directory as an author would write it, without what is below it; `undefined` for anything else at its path, for a
 * copy, whose files cannot be put into words, and where entries below are to be changed, each of which has its own owner and
 * mode.
 */
export function describeDirectory(
  spec: DirectorySpec,
  observed: DirectoryObserved,
): DirectoryInput | undefined {
  const { recurse, source } = spec;
  const { type, below } = observed;
  if (type !== "directory" || source !== undefined) return undefined;
  if (recurse !== undefined && below !== undefined && driftBelow(recurse, below).length > 0)
    return undefined;
  return describeAttributes(observed);
}
