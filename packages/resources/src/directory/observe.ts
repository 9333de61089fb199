import {
  ABSENT,
  type FileReading,
  type FileType,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";
import { type AccountIds, findAccounts } from "../attributes/account-ids.ts";
import {
  describeAttributes,
  type ObservedAttributes,
  observedAttributes,
  resolveIds,
} from "../attributes/attributes.ts";
import { listBelow } from "./below.ts";
import type { ObservedBelow } from "./recurse.ts";
import type { DirectoryInput, DirectorySpec } from "./spec.ts";

/** What is at the path of a directory. */
export interface DirectoryObserved extends ObservedAttributes {
  readonly type: FileType;
  /** With `recurse`, what is below. */
  readonly below?: ObservedBelow;
}

/** One bulk read of many directories. A spec is found in it as the object it is. */
export interface DirectorySnapshot {
  readonly readings: ReadonlyMap<DirectorySpec, Observation<FileReading>>;
  readonly accounts: AccountIds;
}

/** Looks at all paths at once; what is below is walked for each by itself. */
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
 * Looks at one directory, in the snapshot where it is in it, and at what is below it where that is declared.
 * @throws {Fault} ContentTooLarge, when more is below than is looked at.
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
  if (reading.type !== "present") return reading;
  const { entry } = reading.value;
  const observed = {
    type: entry.type,
    ...observedAttributes(entry, spec, snapshot.accounts),
  };
  if (spec.recurse === undefined || entry.type !== "directory") return present(observed);
  const top = { path: spec.path, device: entry.device };
  const entries = await listBelow(top, host.files, signal);
  const ids = resolveIds(spec.recurse, snapshot.accounts);
  return present({ ...observed, below: { entries, ...ids } });
}

/** A directory as an author would write it, without what is below it; `undefined` for anything else at its path. */
export function describeDirectory(
  _spec: DirectorySpec,
  observed: DirectoryObserved,
): DirectoryInput | undefined {
  return observed.type === "directory" ? describeAttributes(observed) : undefined;
}
