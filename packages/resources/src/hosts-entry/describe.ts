import { decodeText, fromByteString } from "../byte-text.ts";
import { addressesOf, diffHostsEntry } from "./diff.ts";
import { hasName, isAtDeclared, isOwnLine } from "./edit.ts";
import type { HostsEntryObserved } from "./observe.ts";
import { addressKey } from "./ip-address.ts";
import { bindHostsEntry, type HostsEntryInput, type HostsEntrySpec, namesOf } from "./spec.ts";

/**
 * The name as an author would write it; `undefined` where one resource cannot say it: only an alias is there, two lines
 * have other aliases, an address is none that may be declared, or a line that is to change would not be written so again.
 */
export function describeHostsEntry(
  declared: HostsEntrySpec,
  observed: HostsEntryObserved,
): HostsEntryInput | undefined {
  const { name, aliases } = declared;
  const addresses = addressesOf(observed.lines, name);
  const input: HostsEntryInput = {
    addresses: [...addresses],
    ...(aliases === undefined ? {} : { aliases: aliasesIn(observed, { name, addresses }) }),
  };
  let isPossible = addresses.length > 0;
  const spec = bindHostsEntry(name, input, () => {
    isPossible = false;
  });
  const isDescribed = isPossible && diffHostsEntry(spec, observed).length === 0;
  return isDescribed && comesBack(observed, declared, spec) ? input : undefined;
}

/**
 * Whether the lines that `declared` changes are written by `before` as they were: each with the name and its aliases alone,
 * and no two of one address. An alias that is only declared would stay: `before` does not name it.
 */
function comesBack(
  { lines }: HostsEntryObserved,
  declared: HostsEntrySpec,
  before: HostsEntrySpec,
): boolean {
  const names = namesOf(before);
  const isAdded = (alias: string): boolean => !hasName({ address: "", names }, alias);
  if (!declared.isAbsent && declared.aliases?.some(isAdded) === true) return false;
  const mayStay = declared.aliases === undefined;
  const changed = lines.filter((line) => !(mayStay && isAtDeclared(line, declared)));
  return (
    changed.every((line) => folded(line.names) === folded(names)) &&
    new Set(changed.map(({ address }) => addressKey(address))).size === changed.length
  );
}

function folded(names: readonly string[]): string {
  return names.join(" ").toLowerCase();
}

/** Of the first line that begins with the name. */
function aliasesIn(
  { lines }: HostsEntryObserved,
  { name, addresses }: Pick<HostsEntrySpec, "name" | "addresses">,
): string[] {
  const spec = { name, addresses, isAbsent: false };
  const own = lines.find((line) => isAtDeclared(line, spec) && isOwnLine(line, spec));
  const others = (own?.names ?? []).filter((one) => one.toLowerCase() !== name.toLowerCase());
  return [...new Set(others)].map((text) => decodeText(fromByteString(text)) ?? "");
}
