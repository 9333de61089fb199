import type { RuleCount } from "./rule-text.ts";
import type { BaseChain, FirewallTable } from "./firewall-table.ts";
import { type CountOf, bootText, tableText } from "./table-text.ts";

/** What is known of a table that is there, as far as its replacement goes. */
export interface StandingTable {
  readonly sets: readonly string[];
  readonly maps: readonly string[];
  readonly chains: readonly StandingChain[];
  /** Something is in it that is none of these. */
  readonly hasOthers: boolean;
}

/** A chain that is there. */
export interface StandingChain {
  readonly name: string;
  readonly base?: BaseChain;
  /** Of its counted rules in their order. */
  readonly counts: readonly { readonly text: string; readonly count: RuleCount }[];
}

/**
 * The transaction that makes a table what it should be. Base chains that stay are kept, and only their rules are replaced,
 * which the kernel does at one moment: a chain that is deleted and made again drops packets in between, by its policy. With
 * other things in the table all of it is made anew.
 */
export function replaceText(table: FirewallTable, standing: StandingTable | undefined): string {
  if (standing === undefined || standing.hasOthers) return bootText(table);
  const of = (verb: string, name: string): string => `${verb} inet ${table.name} ${name}\n`;
  const lines = [
    ...standing.chains.map(({ name }) => of("flush chain", name)),
    ...standing.maps.map((name) => of("delete map", name)),
    ...standing.sets.map((name) => of("delete set", name)),
    ...standing.chains
      .filter((chain) => !isKept(chain, table))
      .map(({ name }) => of("delete chain", name)),
  ];
  return `${lines.join("")}${tableText(table, countsOf(standing))}`;
}

/** The policy of a chain can be set; all else of its base is for good. */
function isKept({ name, base }: StandingChain, { chains }: FirewallTable): boolean {
  const wanted = chains.find((chain) => chain.name === name);
  if (wanted === undefined) return false;
  const fixed = (one: BaseChain | undefined): string =>
    one === undefined ? "" : `${one.type} ${one.hook} ${one.priority}`;
  return fixed(wanted.base) === fixed(base);
}

function countsOf({ chains }: StandingTable): CountOf {
  return (chain, text, nth) => {
    const standing = chains.find(({ name }) => name === chain);
    return standing?.counts.filter((counted) => counted.text === text)[nth]?.count;
  };
}
