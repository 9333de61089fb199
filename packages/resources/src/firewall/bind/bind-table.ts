import {
  type BaseChain,
  type BindReport,
  type FirewallChain,
  type FirewallMap,
  type FirewallSet,
  type FirewallTable,
  type FirewallType,
  type MappedVerdict,
  mergeIntervals,
  normalTable,
  parseInterval,
} from "@holdfast/core";
import { bindRule } from "./bind-rule.ts";
import { bindValue, checkName } from "./bind-values.ts";
import { checkLeads } from "./check-leads.ts";
import type { ChainInput, FirewallInput } from "./fields.ts";

/** What nft calls a table of ours: nobody else's has such a name. */
const PREFIX = "holdfast_";
const LED = /^(?<type>jump|goto) +(?<chain>[A-Za-z_][A-Za-z0-9_-]*)$/;

/** The name of the table of a resource. */
export function tableName(name: string): string {
  return `${PREFIX}${name}`;
}

/** Joins sets, maps and chains to a table in its normal form, and reports what does not go together. */
export function bindTable(name: string, input: FirewallInput, report: BindReport): FirewallTable {
  checkNames(input, report);
  const sets = Object.entries(input.sets ?? {}).map(([set, one]) => bindSet(set, one, report));
  const maps = Object.entries(input.maps ?? {}).map(([map, one]) => bindMap(map, one, report));
  const types = { sets: typesOf(sets), maps: typesOf(maps) };
  const chains = Object.entries(input.chains ?? {}).map(([chain, one]) =>
    bindChain(chain, one, { report, ...types }),
  );
  const table = { name: tableName(name), sets, maps, chains };
  checkLeads(table, report);
  return normalTable(table);
}

function typesOf(
  named: readonly { readonly name: string; readonly type: FirewallType }[],
): ReadonlyMap<string, FirewallType> {
  return new Map(named.map(({ name, type }) => [name, type]));
}

function checkNames(
  { chains = {}, sets = {}, maps = {} }: FirewallInput,
  report: BindReport,
): void {
  for (const [field, named] of Object.entries({ chains, sets, maps })) {
    for (const name of Object.keys(named)) checkName(name, `${field}.${name}`, report);
  }
  for (const name of Object.keys(maps)) {
    if (!Object.hasOwn(sets, name)) continue;
    report(`maps.${name}`, "a set and a map of one name", "give one of them another name");
  }
}

function bindSet(
  name: string,
  { type, elements = [] }: NonNullable<FirewallInput["sets"]>[string],
  report: BindReport,
): FirewallSet {
  const bound = elements.map((element, position) =>
    bindValue(type, String(element), { path: `sets.${name}.elements.${position}`, report }),
  );
  return { name, type, elements: bound };
}

function bindMap(
  name: string,
  { type, elements = {} }: NonNullable<FirewallInput["maps"]>[string],
  report: BindReport,
): FirewallMap {
  const path = `maps.${name}.elements`;
  const bound = Object.entries(elements).map(([key, text]) => ({
    key: bindValue(type, key, { path: `${path}.${key}`, report }),
    verdict: bindMapped(text, { path: `${path}.${key}`, report }),
  }));
  if (type !== "interface") {
    const intervals = bound.flatMap(({ key }) => parseInterval(type, key) ?? []);
    const count = intervals.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
    const merged = mergeIntervals(intervals);
    if (merged.reduce((sum, { first, last }) => sum + last - first + 1n, 0n) < count) {
      report(path, "two answers to one key", "keys of a map must not overlap");
    }
  }
  return { name, type, elements: bound };
}

function bindMapped(
  text: string,
  { path, report }: { readonly path: string; readonly report: BindReport },
): MappedVerdict {
  if (text === "accept" || text === "drop" || text === "return") return { type: text };
  const { type, chain } = LED.exec(text)?.groups ?? {};
  if ((type === "jump" || type === "goto") && chain !== undefined) return { type, chain };
  report(path, "not what a map can say", "write accept, drop, return, jump CHAIN or goto CHAIN");
  return { type: "return" };
}

interface ChainPlace {
  readonly report: BindReport;
  readonly sets: ReadonlyMap<string, FirewallType>;
  readonly maps: ReadonlyMap<string, FirewallType>;
}

function bindChain(name: string, input: ChainInput, place: ChainPlace): FirewallChain {
  const path = `chains.${name}`;
  const { hook, type, priority, policy, rules = [] } = input;
  if (hook === undefined && (type ?? priority ?? policy) !== undefined) {
    const detail = "type, priority and policy are of chains with a hook";
    place.report(path, "nothing comes to this chain", detail);
  }
  const base = hook === undefined ? undefined : bindBase({ ...input, hook });
  // A chain that others jump to is of the type of theirs, which the kernel knows.
  const chainType = base?.type ?? "nat";
  const bound = rules.flatMap((rule, position) =>
    bindRule(rule, { ...place, path: `${path}.rules.${position}`, chainType }),
  );
  return { name, ...(base && { base }), rules: bound };
}

/** Where nft's own words would put it (nft(8), standard priorities). */
function bindBase({
  hook,
  type = "filter",
  priority,
  policy = "accept",
}: ChainInput & { readonly hook: BaseChain["hook"] }): BaseChain {
  const isAfter = hook === "postrouting" || hook === "input";
  const usual = type === "nat" ? (isAfter ? 100 : -100) : type === "route" ? -150 : 0;
  return { type, hook, priority: priority ?? usual, policy };
}
