import {
  type FirewallMatch,
  type FirewallRule,
  type FirewallTable,
  type FirewallVerdict,
  type JsonObject,
  mappedText,
  type ObservedTable,
} from "@holdfast/core";
import { renderedText } from "../rendered-file/rendered-file.ts";
import { diffFirewall } from "./diff.ts";
import { type FirewallInput, firewallSchema } from "./bind/fields.ts";
import type { FirewallObserved } from "./observe.ts";
import { bindFirewall, type FirewallSpec, rulesText } from "./spec.ts";

/**
 * A table as an author would write it, whoever it is reached by: nothing is known of how the machine is managed. `undefined`
 * for one with parts that cannot be written here, and where the kernel has something else than what is loaded at boot.
 */
export function describeFirewall(
  { name }: FirewallSpec,
  observed: FirewallObserved,
): FirewallInput | undefined {
  const table = observed.table && knownTable(observed.table);
  if (table === undefined) return undefined;
  const isPersisted = renderedText(observed.rules) === rulesText(table);
  const described = firewallSchema.safeParse({
    ...describeTable(table),
    management: "none",
    ...(isPersisted ? {} : { persisted: false }),
  });
  if (!described.success) return undefined;
  let hasMistake = false;
  const spec = bindFirewall(name, described.data, () => {
    hasMistake = true;
  });
  return hasMistake || diffFirewall(spec, observed).length > 0 ? undefined : described.data;
}

function knownTable({ chains, others, ...table }: ObservedTable): FirewallTable | undefined {
  if (others.length > 0) return undefined;
  const known = chains.map(({ rules, ...chain }) => ({
    ...chain,
    rules: rules.flatMap(({ rule }) => rule ?? []),
  }));
  const isKnown = chains.every(({ rules }, at) => rules.length === known[at]?.rules.length);
  return isKnown ? { ...table, chains: known } : undefined;
}

function describeTable({ sets, maps, chains }: FirewallTable): JsonObject {
  return {
    chains: Object.fromEntries(
      chains.map(({ name, base, rules }) => [
        name,
        { ...base, ...(rules.length > 0 && { rules: rules.map(describeRule) }) },
      ]),
    ),
    ...(sets.length > 0 && {
      sets: Object.fromEntries(sets.map(({ name, ...set }) => [name, set])),
    }),
    ...(maps.length > 0 && { maps: describeMaps(maps) }),
  };
}

function describeMaps(maps: FirewallTable["maps"]): JsonObject {
  return Object.fromEntries(
    maps.map(({ name, type, elements }) => {
      const each = elements.map(({ key, verdict }) => [key, mappedText(verdict)] as const);
      return [name, { type, elements: Object.fromEntries(each) }];
    }),
  );
}

function describeRule(rule: FirewallRule): JsonObject {
  const { inInterface, outInterface, family, source, destination, protocols, ports } = rule;
  const { sourcePorts, icmpTypes, states, limit, isCounted, log, verdict, comment } = rule;
  return {
    inInterface: words(inInterface),
    outInterface: words(outInterface),
    family,
    source: words(source),
    destination: words(destination),
    protocol: words(protocols && { values: protocols }),
    sourcePort: words(sourcePorts),
    port: words(ports),
    icmpType: icmpTypes,
    connection: words(states && { values: states }),
    limit: limit && { ...limit },
    counter: isCounted === true ? true : undefined,
    log: log && { ...log },
    comment,
    ...describeVerdict(verdict),
  };
}

/** One value by itself, several as a list. */
function words(match: FirewallMatch | undefined): string | readonly string[] | undefined {
  if (match === undefined) return undefined;
  const { set, values = [] } = match;
  if (set !== undefined) return `@${set}`;
  return values.length === 1 ? values[0] : values;
}

function describeVerdict(verdict: FirewallVerdict): JsonObject {
  switch (verdict.type) {
    case "none":
      return {};
    case "jump":
    case "goto":
      return { [verdict.type]: verdict.chain };
    case "reject":
      return { action: "reject", rejectWith: verdict.with };
    case "redirect":
      return { redirect: verdict.port };
    case "dnat":
    case "snat":
      return { [verdict.type]: describePlace(verdict) };
    case "lookup":
      return { lookup: { by: verdict.by, map: verdict.map } };
    default:
      return { action: verdict.type };
  }
}

function describePlace(place: Extract<FirewallVerdict, { type: "dnat" | "snat" }>): string {
  const { family, address, port } = place;
  if (port === undefined) return address;
  return family === "ipv6" ? `[${address}]:${port}` : `${address}:${port}`;
}
