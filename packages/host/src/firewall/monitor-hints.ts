import type { FirewallHint } from "@holdfast/core";
import { eachLine } from "../processes/each-line.ts";
import type { MonitorOutput } from "../processes/netlink-monitor.ts";

/** A change of more tables concerns any. */
const MOST_TABLES = 100;
const GENERATION = /^# new generation (\d+) by process \d+ /;
const TABLE = /^[a-z]+ (?:table|chain|rule|set|map|element|[a-z]+) inet (\S+)/;

/**
 * Makes hints of what `nft monitor` writes: the lines of one transaction, and then its generation. A generation that is left
 * out is a change that was not reported.
 */
export function monitorHints(hear: (hint: FirewallHint) => void): MonitorOutput {
  let tables: Set<string> | undefined = new Set<string>();
  let lastGeneration: number | undefined;
  const endOfTransaction = (generation: number): void => {
    const isGap = lastGeneration !== undefined && generation !== lastGeneration + 1;
    lastGeneration = generation;
    const changed = tables;
    tables = new Set();
    if (isGap) return hear({ type: "overflow" });
    const trigger = "the rules of the kernel changed";
    if (changed === undefined) return hear({ type: "firewall", trigger });
    if (changed.size > 0) hear({ type: "firewall", trigger, tables: changed });
  };
  const takeLine = (text: string): void => {
    const generation = GENERATION.exec(text)?.[1];
    if (generation !== undefined) return endOfTransaction(Number(generation));
    const table = TABLE.exec(text)?.[1];
    if (table !== undefined) tables?.add(table);
    if (tables !== undefined && tables.size > MOST_TABLES) tables = undefined;
  };
  return {
    lines: eachLine(takeLine),
    // What it cannot show it leaves out, and whose that is nobody knows.
    complaints() {
      tables = undefined;
    },
  };
}
