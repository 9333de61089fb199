import {
  ABSENT,
  entriesOf,
  type HostsEntry,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";
import { type HostsTable, readHosts } from "../hosts-file/hosts-file.ts";
import { isOwnLine } from "./edit.ts";
import { type HostsEntrySpec, namesOf } from "./spec.ts";

/**
 * The lines that have one of the names, and, where the aliases are declared, those that have a name beside it; never empty.
 */
export interface HostsEntryObserved {
  readonly lines: readonly HostsEntry[];
}

/** The lines of the file by the names in them, in lower case; why it cannot be read; absent, without a file. */
export type HostsEntrySnapshot = Observation<ReadonlyMap<string, readonly HostsEntry[]>>;

/** Reads the file once for all. */
export async function snapshotHostsEntries(
  _specs: readonly HostsEntrySpec[],
  { host, signal }: ReadContext,
): Promise<HostsEntrySnapshot> {
  const hosts = await readHosts(host.files, signal);
  return hosts.type === "present" ? present(linesByName(hosts.value)) : hosts;
}

/** Observes one name, in the snapshot where there is one. A file that is not there has no names. */
export async function observeHostsEntry(
  spec: HostsEntrySpec,
  context: ReadContext<HostsEntrySnapshot>,
): Promise<Observation<HostsEntryObserved>> {
  const snapshot =
    context.snapshot ?? (await snapshotHostsEntries([spec], { ...context, snapshot: undefined }));
  if (snapshot.type !== "present") return snapshot;
  const linesOf = (name: string): readonly HostsEntry[] =>
    snapshot.value.get(name.toLowerCase()) ?? [];
  const found = namesOf(spec).flatMap(linesOf);
  if (found.length === 0) return ABSENT;
  // What is an alias now can only be put into words with all of its addresses.
  const own = spec.aliases === undefined ? [] : found.filter((line) => isOwnLine(line, spec));
  const beside = own.flatMap(({ names }) => names).flatMap(linesOf);
  return present({ lines: [...new Set([...found, ...beside])] });
}

function linesByName(table: HostsTable): ReadonlyMap<string, readonly HostsEntry[]> {
  const byName = new Map<string, HostsEntry[]>();
  for (const entry of entriesOf(table)) {
    for (const name of new Set(entry.names.map((one) => one.toLowerCase()))) {
      const lines = byName.get(name);
      if (lines === undefined) byName.set(name, [entry]);
      else lines.push(entry);
    }
  }
  return byName;
}
