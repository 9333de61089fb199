import type {
  AddressFamily,
  FirewallChain,
  FirewallMap,
  FirewallMatch,
  FirewallRule,
  FirewallSet,
  FirewallTable,
} from "./firewall-table.ts";
import { isEverything, mergeValues } from "./intervals.ts";

/** The one way to write a table: values merged, everything that has no order sorted by name. Idempotent. */
export function normalTable({ name, sets, maps, chains }: FirewallTable): FirewallTable {
  return {
    name,
    sets: sets.map(normalSet).toSorted(byName),
    maps: maps.map(normalMap).toSorted(byName),
    chains: chains.map(normalChain).toSorted(byName),
  };
}

/** Likewise of a set. */
export function normalSet({ name, type, elements }: FirewallSet): FirewallSet {
  return { name, type, elements: mergeValues(type, elements) };
}

/** Likewise of a map. Its keys are not merged: each has an answer of its own. */
export function normalMap({ name, type, elements }: FirewallMap): FirewallMap {
  const each = elements.map(({ key, verdict }) => ({
    key: mergeValues(type, [key])[0] ?? key,
    verdict,
  }));
  return { name, type, elements: each.toSorted((one, other) => inOrder(one.key, other.key)) };
}

/** Likewise of a rule: a match of all addresses of a family is that family, and types of ICMP are of one by themselves. */
export function normalRule(rule: FirewallRule): FirewallRule {
  const { family, ...normal } = mergedRule(rule);
  const { source, destination, icmpTypes } = normal;
  const isImplied = icmpTypes !== undefined && source === undefined && destination === undefined;
  return isImplied || family === undefined ? normal : { ...normal, family };
}

function mergedRule(rule: FirewallRule): FirewallRule {
  const { inInterface, outInterface, source, destination, ports, sourcePorts, ...rest } = rule;
  const { protocols, icmpTypes, states } = rest;
  const { family } = rule;
  return {
    ...rest,
    ...(inInterface && { inInterface: normalMatch("interface", inInterface) }),
    ...(outInterface && { outInterface: normalMatch("interface", outInterface) }),
    ...(source && addressMatch("source", family, source)),
    ...(destination && addressMatch("destination", family, destination)),
    ...(ports && { ports: normalMatch("port", ports) }),
    ...(sourcePorts && { sourcePorts: normalMatch("port", sourcePorts) }),
    ...(protocols && { protocols: sorted(protocols) }),
    ...(icmpTypes && { icmpTypes: sorted(icmpTypes) }),
    ...(states && { states: sorted(states) }),
  };
}

function normalChain({ name, base, rules }: FirewallChain): FirewallChain {
  return { name, ...(base && { base }), rules: rules.map(normalRule) };
}

function addressMatch(
  field: "source" | "destination",
  family: AddressFamily | undefined,
  match: FirewallMatch,
): Pick<FirewallRule, "source" | "destination"> {
  const normal = normalMatch(family ?? "ipv4", match);
  const isAll = family !== undefined && normal.values && isEverything(family, normal.values);
  return isAll === true ? {} : { [field]: normal };
}

function normalMatch(type: FirewallSet["type"], match: FirewallMatch): FirewallMatch {
  return match.values === undefined ? match : { values: mergeValues(type, match.values) };
}

function sorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort();
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return inOrder(one.name, other.name);
}

function inOrder(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
