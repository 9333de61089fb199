import {
  type BaseChain,
  type FirewallHook,
  type FirewallMap,
  type FirewallMapping,
  type FirewallSet,
  type FirewallType,
  isJsonObject,
  type Json,
  type JsonObject,
  normalMap,
  normalSet,
  type ObservedChain,
  type ObservedTable,
  ruleText,
  type TableCounts,
} from "@holdfast/core";
import { type ListedRule, readListedRule } from "./listing-rule.ts";
import { hasOnly, readValue } from "./listing-values.ts";
import { readMapped } from "./listing-verdict.ts";

/** A table of a listing, with what its rules have counted. */
export interface ListedTable {
  readonly observed: ObservedTable;
  readonly counts: TableCounts;
}

const TYPES: Readonly<Record<string, FirewallType>> = {
  ipv4_addr: "ipv4",
  ipv6_addr: "ipv6",
  inet_service: "port",
  ifname: "interface",
};
const HOOKS: readonly unknown[] = ["prerouting", "input", "forward", "output", "postrouting"];
const CHAIN_TYPES: readonly unknown[] = ["filter", "nat", "route"];
/** What a table or a chain may say of itself that is read, or changes nothing of what it does. */
const TABLE_FIELDS = "family name handle comment".split(" ");
const CHAIN_FIELDS = "family table name handle comment type hook prio policy".split(" ");
/** What a set or a map may say of itself without holding anything else than its elements. */
const SET_FIELDS = "family name table type map handle flags comment elem auto-merge".split(" ");

/** The names of the tables of a listing of them. */
export function namesInListing(text: string): readonly string[] {
  return thingsIn(text).flatMap(({ table }) => {
    return isJsonObject(table) && typeof table["name"] === "string" ? [table["name"]] : [];
  });
}

/** The tables of the listing of some, by name. @throws {SyntaxError} for a text that is no JSON. */
export function readListing(text: string): ReadonlyMap<string, ListedTable> {
  const things = thingsIn(text);
  const named = things.flatMap((thing) => {
    const [[type, value] = ["", undefined]] = Object.entries(thing);
    return isJsonObject(value) ? [{ type, value }] : [];
  });
  const tables = named.flatMap(({ type, value }) => {
    const { name } = value;
    return type === "table" && typeof name === "string" ? [{ name, value }] : [];
  });
  return new Map(
    tables.map(({ name, value }) => {
      const inTable = named.filter((thing) => thing.value["table"] === name);
      return [name, readTable(name, [...ofTable(value), ...inTable])] as const;
    }),
  );
}

/** A chain while its rules are read. */
interface ListedChain extends Omit<ObservedChain, "rules"> {
  readonly rules: ListedRule[];
}

interface Thing {
  readonly type: string;
  readonly value: JsonObject;
}

/** Every command of a run prints a document of its own. */
function thingsIn(text: string): readonly JsonObject[] {
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    const document: unknown = JSON.parse(line);
    const things = isJsonObject(document) ? document["nftables"] : undefined;
    return Array.isArray(things) ? things.filter(isJsonObject) : [];
  });
}

/** A table that says more of itself is another one: with the flag dormant it filters nothing, whatever is in it. */
function ofTable(value: JsonObject): readonly Thing[] {
  return hasOnly(value, TABLE_FIELDS) ? [] : [{ type: "table", value }];
}

function readTable(name: string, things: readonly Thing[]): ListedTable {
  const sets: FirewallSet[] = [];
  const maps: FirewallMap[] = [];
  const chains: ListedChain[] = [];
  const others: string[] = [];
  for (const { type, value } of things) {
    if (type === "rule") {
      chains.find((chain) => chain.name === value["chain"])?.rules.push(readListedRule(value));
      continue;
    }
    const chain = type === "chain" ? readChain(value) : undefined;
    const set = type === "set" ? readSet(value) : undefined;
    const map = type === "map" ? readMap(value) : undefined;
    if (chain) chains.push(chain);
    else if (set) sets.push(set);
    else if (map) maps.push(map);
    else others.push(JSON.stringify({ [type]: { ...value, handle: undefined } }));
  }
  const observed = { name, sets, maps, chains: chains.map(withoutCounts), others };
  return { observed: inOrder(observed), counts: countsOf(chains) };
}

function inOrder(table: ObservedTable): ObservedTable {
  const byName = (one: { readonly name: string }, other: { readonly name: string }): number =>
    one.name < other.name ? -1 : 1;
  const { sets, maps, chains } = table;
  return {
    ...table,
    sets: sets.toSorted(byName),
    maps: maps.toSorted(byName),
    chains: chains.toSorted(byName),
  };
}

function withoutCounts({ rules, ...chain }: ListedChain): ObservedChain {
  return {
    ...chain,
    rules: rules.map(({ rule, other }) => (rule === undefined ? { other } : { rule })),
  };
}

function countsOf(chains: readonly ListedChain[]): TableCounts {
  return new Map(
    chains.map(({ name, rules }) => [
      name,
      rules.flatMap(({ rule, count }) => {
        return rule === undefined || count === undefined ? [] : [{ text: ruleText(rule), count }];
      }),
    ]),
  );
}

function readChain(value: JsonObject): ListedChain | undefined {
  const { name, type } = value;
  if (typeof name !== "string" || !hasOnly(value, CHAIN_FIELDS)) return undefined;
  if (type === undefined) return { name, rules: [] };
  const base = readBase(value);
  return base && { name, base, rules: [] };
}

function readBase({ type, hook, prio, policy = "accept" }: JsonObject): BaseChain | undefined {
  if (!isChainType(type) || !isHook(hook) || typeof prio !== "number") return undefined;
  return policy === "accept" || policy === "drop"
    ? { type, hook, priority: prio, policy }
    : undefined;
}

function isHook(hook: Json | undefined): hook is FirewallHook {
  return HOOKS.includes(hook);
}

function isChainType(type: Json | undefined): type is BaseChain["type"] {
  return CHAIN_TYPES.includes(type);
}

function readSet(value: JsonObject): FirewallSet | undefined {
  const head = readHead(value);
  const elements = (Array.isArray(value["elem"]) ? value["elem"] : []).map(readValue);
  if (head === undefined || !elements.every((each) => each !== undefined)) return undefined;
  return normalSet({ ...head, elements });
}

function readMap(value: JsonObject): FirewallMap | undefined {
  const head = readHead(value);
  const elements = (Array.isArray(value["elem"]) ? value["elem"] : []).map(readMapping);
  if (head === undefined || value["map"] !== "verdict") return undefined;
  if (!elements.every((each) => each !== undefined)) return undefined;
  return normalMap({ ...head, elements });
}

function readMapping(element: Json): FirewallMapping | undefined {
  const parts: readonly Json[] = Array.isArray(element) ? element : [];
  const key = readValue(parts[0]);
  const verdict = readMapped(parts[1]);
  return key === undefined || verdict === undefined ? undefined : { key, verdict };
}

/** Elements that come and go by themselves make it another thing. */
function readHead(
  value: JsonObject,
): { readonly name: string; readonly type: FirewallType } | undefined {
  const { name, type, flags = [] } = value;
  const isPlain = Array.isArray(flags) && flags.every((flag) => flag === "interval");
  const known = typeof type === "string" ? TYPES[type] : undefined;
  if (!isPlain || !hasOnly(value, SET_FIELDS) || known === undefined) return undefined;
  return typeof name === "string" ? { name, type: known } : undefined;
}
