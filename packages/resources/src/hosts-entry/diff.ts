import { type Change, change, type HostsEntry } from "@holdfast/core";
import { readableText } from "../byte-text.ts";
import { hasName, isAsDeclared, isAtDeclared, isOwnLine } from "./edit.ts";
import { isSameAddress } from "./ip-address.ts";
import type { HostsEntryObserved } from "./observe.ts";
import type { HostsEntrySpec } from "./spec.ts";

/** The change of the aliases; without it they stay. */
export const ALIASES = "aliases";

/** Compares by name and address: how a line is written, and in what order lines stand, is no difference. */
export function diffHostsEntry(
  spec: HostsEntrySpec,
  observed: HostsEntryObserved | undefined,
): readonly Change[] {
  const lines = observed?.lines ?? [];
  const { name, addresses, aliases = [] } = spec;
  const current = addressesOf(lines, name);
  const hasAddresses = isSameSet(current, addresses);
  const from = current.length === 0 ? undefined : current.map(readableText);
  const to = spec.isAbsent ? undefined : addresses;
  const beside = shownAliases(lines, spec);
  return [
    ...(hasAddresses ? [] : [change("addresses", from, to)]),
    ...(areAliasesRight(lines, spec)
      ? []
      : [change(ALIASES, beside, spec.isAbsent || aliases.length === 0 ? undefined : aliases)]),
  ];
}

/** What is said of the names as a short text. */
export function fingerprintHostsEntry({ lines }: HostsEntryObserved): string {
  return JSON.stringify(lines);
}

/** The addresses of a name, each once, as they are written. */
export function addressesOf(lines: readonly HostsEntry[], name: string): readonly string[] {
  const found: string[] = [];
  for (const line of lines) {
    const isNew = !found.some((address) => isSameAddress(address, line.address));
    if (isNew && hasName(line, name)) found.push(line.address);
  }
  return found;
}

function isSameSet(current: readonly string[], declared: readonly string[]): boolean {
  return (
    current.length === declared.length &&
    current.every((address) => declared.some((one) => isSameAddress(one, address)))
  );
}

/** Whether each declared alias has the addresses of the name, and the lines of the name have no other one. */
function areAliasesRight(lines: readonly HostsEntry[], spec: HostsEntrySpec): boolean {
  const { aliases, addresses } = spec;
  if (aliases === undefined) return true;
  if (!aliases.every((alias) => isSameSet(addressesOf(lines, alias), addresses))) return false;
  const own = lines.filter((line) => isAtDeclared(line, spec) && isOwnLine(line, spec));
  return own.every((line) => isAsDeclared(line, spec));
}

/**
 * What stands beside the name on its lines, and declared aliases wherever they are: one whose addresses are not those of
 * the name with its own, one that comes before the name with that. `undefined`: nothing.
 */
function shownAliases(
  lines: readonly HostsEntry[],
  spec: HostsEntrySpec,
): readonly string[] | undefined {
  const own = lines.filter((line) => isAtDeclared(line, spec) && isOwnLine(line, spec));
  const names = [...own.flatMap((line) => line.names), ...(spec.aliases ?? [])];
  const shown = new Map<string, string>();
  for (const name of names) {
    const folded = name.toLowerCase();
    const addresses = addressesOf(lines, name);
    if (folded === spec.name.toLowerCase() || addresses.length === 0) continue;
    const isFirst = own.some(({ names: [first = ""] }) => first.toLowerCase() === folded);
    const at = isSameSet(addresses, spec.addresses) ? "" : ` at ${addresses.join(", ")}`;
    shown.set(folded, readableText(`${name}${at}${isFirst ? ", before the name" : ""}`));
  }
  return shown.size === 0 ? undefined : [...shown.values()];
}
