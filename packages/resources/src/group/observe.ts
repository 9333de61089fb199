import {
  ABSENT,
  type AccountSnapshot,
  type LocalGroup,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";
import type { GroupInput, GroupSpec } from "./spec.ts";

/** All groups of the machine's files. */
export type GroupSnapshot = AccountSnapshot<LocalGroup>;

/** Reads the files once for all. */
export function snapshotGroups(
  _specs: readonly GroupSpec[],
  { host, signal }: ReadContext,
): Promise<GroupSnapshot> {
  return host.accounts.readGroups(signal);
}

/** Observes one group, in the snapshot where there is one. */
export async function observeGroup(
  { name }: GroupSpec,
  { host, signal, snapshot }: ReadContext<GroupSnapshot>,
): Promise<Observation<LocalGroup>> {
  const { byName } = snapshot ?? (await host.accounts.readGroups(signal));
  const group = byName.get(name);
  return group === undefined ? ABSENT : present(group);
}

/**
 * A group as an author would write it. One that is to go and has members cannot be written: that they are in it is
 * written with each of them.
 */
export function describeGroup(
  { isAbsent }: GroupSpec,
  { gid, members, isSystem }: LocalGroup,
): GroupInput | undefined {
  if (isAbsent && members.length > 0) return undefined;
  return { gid, ...(isSystem ? { system: true } : {}) };
}
