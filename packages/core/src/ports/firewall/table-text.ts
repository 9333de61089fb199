import type {
  BaseChain,
  FirewallChain,
  FirewallMap,
  FirewallSet,
  FirewallTable,
  FirewallType,
  MappedVerdict,
} from "./firewall-table.ts";
import { quoted, type RuleCount, ruleText } from "./rule-text.ts";

const TYPES: Readonly<Record<FirewallType, string>> = {
  ipv4: "ipv4_addr",
  ipv6: "ipv6_addr",
  port: "inet_service",
  interface: "ifname",
};

/** What the rules of a table have counted so far: of each chain, in the order of its rules. */
export type TableCounts = ReadonlyMap<string, readonly CountedRule[]>;

/** A rule by its text, and what it has counted. */
export interface CountedRule {
  readonly text: string;
  readonly count: RuleCount;
}

/**
 * A text that makes a table what it should be, whatever it is now, in one transaction: a packet meets all of the old rules or all
 * of the new ones. It is loaded at boot too. With counts, rules with the same text go on counting from there.
 */
export function loadText(table: FirewallTable, counts: TableCounts = new Map()): string {
  const { name } = table;
  return `table inet ${name}\ndelete table inet ${name}\n${tableText(table, counts)}`;
}

/** The table as nft reads it. Chains come first, for a map may lead to any of them. */
export function tableText(
  { name, sets, maps, chains }: FirewallTable,
  counts: TableCounts = new Map(),
): string {
  const blocks = [
    ...chains.map(({ name: chain, base }) => headText(chain, base)),
    ...sets.map(setText),
    ...maps.map(mapText),
    ...chains
      .filter(({ rules }) => rules.length > 0)
      .map((chain) => rulesText(chain, counts.get(chain.name) ?? [])),
  ];
  return `table inet ${name} {\n${blocks.join("\n")}\n}\n`;
}

/** What a map says of a key. */
export function mappedText(verdict: MappedVerdict): string {
  return "chain" in verdict ? `${verdict.type} ${verdict.chain}` : verdict.type;
}

function headText(name: string, base: BaseChain | undefined): string {
  if (base === undefined) return `\tchain ${name} {\n\t}`;
  const { type, hook, priority, policy } = base;
  const head = `type ${type} hook ${hook} priority ${priority}; policy ${policy};`;
  return `\tchain ${name} {\n\t\t${head}\n\t}`;
}

function rulesText({ name, rules }: FirewallChain, counted: readonly CountedRule[]): string {
  const left = [...counted];
  const lines = rules.map((rule) => {
    const text = ruleText(rule);
    const position = rule.isCounted === true ? left.findIndex((one) => one.text === text) : -1;
    const [found] = position < 0 ? [] : left.splice(position, 1);
    return `\t\t${found === undefined ? text : ruleText(rule, found.count)}`;
  });
  return `\tchain ${name} {\n${lines.join("\n")}\n\t}`;
}

function setText({ name, type, elements }: FirewallSet): string {
  const each = type === "interface" ? elements.map(quoted) : elements;
  return blockText(`set ${name}`, [`type ${TYPES[type]}`, ...flags(type)], each);
}

function mapText({ name, type, elements }: FirewallMap): string {
  const each = elements.map(({ key, verdict }) => {
    return `${type === "interface" ? quoted(key) : key} : ${mappedText(verdict)}`;
  });
  return blockText(`map ${name}`, [`type ${TYPES[type]} : verdict`, ...flags(type)], each);
}

/** Intervals can be in it, but of names, which are no numbers. */
function flags(type: FirewallType): readonly string[] {
  return type === "interface" ? [] : ["flags interval"];
}

function blockText(head: string, lines: readonly string[], elements: readonly string[]): string {
  const all = elements.length === 0 ? lines : [...lines, `elements = { ${elements.join(", ")} }`];
  return `\t${head} {\n${all.map((line) => `\t\t${line}`).join("\n")}\n\t}`;
}
