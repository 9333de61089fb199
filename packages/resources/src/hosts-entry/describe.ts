import { decodeText, fromByteString } from "../byte-text.ts";
import { addressesOf, diffHostsEntry } from "./diff.ts";
import { isAtDeclared, isOwnLine } from "./edit.ts";
import type { HostsEntryObserved } from "./observe.ts";
import { bindHostsEntry, type HostsEntryInput, type HostsEntrySpec } from "./spec.ts";

/**
 * The name as an author would write it; `undefined` where one resource cannot say it: only an alias is there, two lines
 * have other aliases, or an address is none that may be declared.
 */
export function describeHostsEntry(
  { name, aliases }: HostsEntrySpec,
  observed: HostsEntryObserved,
): HostsEntryInput | undefined {
  const addresses = addressesOf(observed.lines, name);
  const input: HostsEntryInput = {
    addresses: [...addresses],
    ...(aliases === undefined ? {} : { aliases: aliasesIn(observed, { name, addresses }) }),
  };
  let isPossible = addresses.length > 0;
  const spec = bindHostsEntry(name, input, () => {
    isPossible = false;
  });
  return isPossible && diffHostsEntry(spec, observed).length === 0 ? input : undefined;
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
