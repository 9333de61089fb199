import { addEntry, changeEntry, entriesOf, type HostsEntry, withoutEntries } from "@holdfast/core";
import type { HostsTable } from "../hosts-file/hosts-file.ts";
import { isSameAddress } from "./ip-address.ts";
import { type HostsEntrySpec, namesOf } from "./spec.ts";

/**
 * Makes the table give the names of a spec the addresses of it and no others. A line that has them stays; one of a wrong
 * address, on which nobody else's name is, gets an address that is missing; what is still missing is added. Other names
 * lose nothing, but those that a declared list of aliases does not name, on lines of the name itself.
 */
export function editEntries(table: HostsTable, spec: HostsEntrySpec): HostsTable {
  const missing = spec.addresses.filter((address) => !isProvided(table, address, spec));
  const edited = entriesOf(table).reduce(
    (before, entry) => editEntry(before, entry, { spec, missing }),
    table,
  );
  const names = namesOf(spec);
  return missing.reduce((before, address) => addEntry(before, { address, names }), edited);
}

/** Whether one of these names is on a line. */
export function hasName({ names }: HostsEntry, name: string): boolean {
  const folded = name.toLowerCase();
  return names.some((one) => one.toLowerCase() === folded);
}

/** Whether a line is about the name: it begins with it or an alias, and has the name on it or nobody else's. */
export function isOwnLine(entry: HostsEntry, spec: HostsEntrySpec): boolean {
  const [first = "", ...others] = entry.names;
  const owned = namesOf(spec);
  if (!isOneOf(first, owned)) return false;
  return hasName(entry, spec.name) || others.every((other) => isOneOf(other, owned));
}

/** Whether a line of the name begins with it, and says nothing else but declared aliases. */
export function isAsDeclared({ names }: HostsEntry, spec: HostsEntrySpec): boolean {
  if (spec.aliases === undefined) return true;
  const [first = ""] = names;
  return isOneOf(first, [spec.name]) && names.every((one) => isOneOf(one, namesOf(spec)));
}

/** Whether a line has one of the declared addresses. */
export function isAtDeclared({ address }: HostsEntry, { addresses }: HostsEntrySpec): boolean {
  return addresses.some((declared) => isSameAddress(declared, address));
}

function isOneOf(name: string, names: readonly string[]): boolean {
  const folded = name.toLowerCase();
  return names.some((one) => one.toLowerCase() === folded);
}

interface Edit {
  readonly spec: HostsEntrySpec;
  /** Addresses that no line gives the names; the ones that a line got are taken out. */
  readonly missing: string[];
}

/** Whether a line of the name has the address, or other lines give it to each of the names. */
function isProvided(table: HostsTable, address: string, spec: HostsEntrySpec): boolean {
  const there = entriesOf(table).filter((entry) => isSameAddress(entry.address, address));
  if (there.some((entry) => isOwnLine(entry, spec))) return true;
  return namesOf(spec).every((name) => there.some((entry) => hasName(entry, name)));
}

function editEntry(table: HostsTable, entry: HostsEntry, { spec, missing }: Edit): HostsTable {
  const names = namesOf(spec);
  if (isAtDeclared(entry, spec)) {
    const isComplete = isAsDeclared(entry, spec) && names.every((name) => hasName(entry, name));
    return isComplete || !isOwnLine(entry, spec)
      ? table
      : changeEntry(table, entry, { address: entry.address, names });
  }
  const others = entry.names.filter((one) => !isOneOf(one, names));
  if (others.length === entry.names.length) return table;
  if (others.length > 0) return changeEntry(table, entry, { ...entry, names: others });
  const address = missing.shift();
  if (address === undefined) return withoutEntries(table, [entry]);
  return changeEntry(table, entry, { address, names });
}
