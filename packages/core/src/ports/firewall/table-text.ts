import type {
  BaseChain,
  FirewallChain,
  FirewallMap,
  FirewallRule,
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

/** What a rule has counted so far, by the chain, the text and how many like it come before it there. */
export type CountOf = (chain: string, text: string, nth: number) => RuleCount | undefined;

/** A text that makes the table what it should be, whatever it is now, in one transaction: as it is loaded at boot. */
export function bootText(table: FirewallTable): string {
  const { name } = table;
  return `table inet ${name}\ndelete table inet ${name}\n${tableText(table)}`;
}

/** The table as nft reads it. Chains come first, for a map may lead to any of them. */
export function tableText(
  { name, sets, maps, chains }: FirewallTable,
  countOf: CountOf = () => undefined,
): string {
  const blocks = [
    ...chains.map(({ name: chain, base }) => headText(chain, base)),
    ...sets.map(setText),
    ...maps.map(mapText),
    ...chains.filter(({ rules }) => rules.length > 0).map((chain) => rulesText(chain, countOf)),
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

function rulesText({ name, rules }: FirewallChain, countOf: CountOf): string {
  const seen = new Map<string, number>();
  const lines = rules.map((rule) => `\t\t${countedText(rule, { name, seen, countOf })}`);
  return `\tchain ${name} {\n${lines.join("\n")}\n\t}`;
}

function countedText(
  rule: FirewallRule,
  of: { readonly name: string; readonly seen: Map<string, number>; readonly countOf: CountOf },
): string {
  const text = ruleText(rule);
  if (rule.isCounted !== true) return text;
  const nth = of.seen.get(text) ?? 0;
  of.seen.set(text, nth + 1);
  return ruleText(rule, of.countOf(of.name, text, nth));
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
