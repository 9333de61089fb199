import {
  assert,
  type CommandResult,
  type FirewallState,
  type FirewallTable,
  type FirewallWriter,
  normalTable,
  replaceText,
} from "@holdfast/core";
import { watchUntil } from "../conditions/leaf-source.ts";
import type { FirewallSystem } from "./firewall-system.ts";
import { type ListedTable, namesInListing, readListing } from "./listing.ts";
import { monitorHints } from "./monitor-hints.ts";
import { notLiveFault, refusedFault, senselessFault, unreadableFault } from "./nft-faults.ts";

/** How often a table may change between reading and loading it, or vanish between naming and reading it. */
const MOST_RUNS = 3;
/** Names that mean nothing else to nft. */
const NAME = /^[a-z_][a-z0-9_-]*$/i;

type Tables = ReadonlyMap<string, ListedTable>;

/** The firewall over nft(8); nothing is kept between two calls. */
export function createFirewall(system: FirewallSystem): FirewallWriter {
  const standing = async (name: string, signal: AbortSignal): Promise<ListedTable | undefined> => {
    if (!system.isLive) throw notLiveFault();
    return (await listTables(system, [name], signal)).get(name);
  };
  return {
    async read(names, signal): Promise<FirewallState> {
      if (!system.isLive) return { isLive: false, tables: new Map() };
      const found = await listTables(system, names, signal);
      return {
        isLive: true,
        tables: new Map([...found].map(([name, { observed }]) => [name, observed])),
      };
    },
    async check(wanted, signal) {
      const table = normalTable(wanted);
      const text = replaceText(table, (await standing(table.name, signal))?.standing);
      const result = await load(system, { text, isCheck: true }, signal);
      if (result.exitCode !== 0) throw refusedFault(table.name, result);
    },
    replace: (table, signal) => replace({ system, table: normalTable(table), standing }, signal),
    async remove(name, signal) {
      if ((await standing(name, signal)) === undefined) return;
      const text = `table inet ${name}\ndelete table inet ${name}\n`;
      const result = await load(system, { text, isCheck: false }, signal);
      if (result.exitCode !== 0) throw refusedFault(name, result);
    },
    async watch(hear, signal) {
      return system.isLive ? system.monitor(monitorHints(hear), signal) : watchUntil(() => {});
    },
  };
}

interface Replacement {
  readonly system: FirewallSystem;
  readonly table: FirewallTable;
  readonly standing: (name: string, signal: AbortSignal) => Promise<ListedTable | undefined>;
}

/** The transaction names what is there, so that it fails when others change the table meanwhile; then it is made anew. */
async function replace(
  { system, table, standing }: Replacement,
  signal: AbortSignal,
): Promise<void> {
  let text = replaceText(table, (await standing(table.name, signal))?.standing);
  for (let runs = 1; ; runs++) {
    const checked = await load(system, { text, isCheck: true }, signal);
    const result =
      checked.exitCode === 0 ? await load(system, { text, isCheck: false }, signal) : checked;
    if (result.exitCode === 0) return;
    const again = replaceText(table, (await standing(table.name, signal))?.standing);
    if (again === text || runs === MOST_RUNS) throw refusedFault(table.name, result);
    text = again;
  }
}

function load(
  system: FirewallSystem,
  { text, isCheck }: { readonly text: string; readonly isCheck: boolean },
  signal: AbortSignal,
): Promise<CommandResult> {
  const words = [...(isCheck ? ["--check"] : []), "--file", "-"];
  return system.run({ words, stdin: text }, signal);
}

/** First which tables there are, then those alone: others may have thousands of elements. */
async function listTables(
  system: FirewallSystem,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Tables> {
  for (const name of names) assert(NAME.test(name), `${name} is not a name of a table`);
  for (let runs = 1; ; runs++) {
    const all = await system.run({ words: ["--json", "list", "tables", "inet"] }, signal);
    if (all.exitCode !== 0) throw unreadableFault(all);
    const there = new Set(understood(all, namesInListing));
    const wanted = [...new Set(names)].filter((name) => there.has(name));
    if (wanted.length === 0) return new Map();
    const stdin = wanted.map((name) => `list table inet ${name}\n`).join("");
    const result = await system.run({ words: ["--json", "--file", "-"], stdin }, signal);
    if (result.exitCode === 0) return understood(result, readListing);
    if (runs === MOST_RUNS) throw unreadableFault(result);
  }
}

function understood<T>(result: CommandResult, read: (text: string) => T): T {
  if (result.isTruncated) throw senselessFault("it is too long");
  try {
    return read(result.stdout);
  } catch (error) {
    if (error instanceof SyntaxError) throw senselessFault("it is no JSON", error);
    throw error;
  }
}
