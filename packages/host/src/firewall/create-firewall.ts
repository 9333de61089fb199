import {
  assert,
  type CommandResult,
  type FirewallState,
  type FirewallTable,
  type FirewallWriter,
  loadText,
  normalTable,
} from "@holdfast/core";
import { watchUntil } from "../conditions/leaf-source.ts";
import type { FirewallSystem, NftRun } from "./firewall-system.ts";
import { type ListedTable, namesInListing, readListing } from "./listing.ts";
import { monitorHints } from "./monitor-hints.ts";
import { notLiveFault, refusedFault, senselessFault, unreadableFault } from "./nft-faults.ts";

/** How often a table may vanish between naming and reading it. */
const MOST_RUNS = 3;
/** Names that mean nothing else to nft. */
const NAME = /^[a-z_][a-z0-9_-]*$/i;

/** The text that is read says what is done. */
const READ = ["--file", "-"];

type Tables = ReadonlyMap<string, ListedTable>;

/** The firewall over nft(8); nothing is kept between two calls. */
export function createFirewall(system: FirewallSystem): FirewallWriter {
  const live = (): void => {
    if (!system.isLive) throw notLiveFault();
  };
  const load = async (name: string, run: NftRun, signal: AbortSignal): Promise<void> => {
    const result = await system.run(run, signal);
    if (result.exitCode !== 0) throw refusedFault(name, result);
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
    async check(table, signal) {
      live();
      await load(table.name, checkRun(normalTable(table)), signal);
    },
    async replace(wanted, signal) {
      live();
      const table = normalTable(wanted);
      await load(table.name, checkRun(table), signal);
      // Counters go on from what is read now: this is as late as it can be.
      const counts = (await listTables(system, [table.name], signal)).get(table.name)?.counts;
      await load(table.name, { words: READ, stdin: loadText(table, counts) }, signal);
    },
    async remove(name, signal) {
      live();
      if ((await listTables(system, [name], signal)).size === 0) return;
      const stdin = `table inet ${name}\ndelete table inet ${name}\n`;
      await load(name, { words: READ, stdin }, signal);
    },
    async watch(hear, signal) {
      return system.isLive ? system.monitor(monitorHints(hear), signal) : watchUntil(() => {});
    },
  };
}

function checkRun(table: FirewallTable): NftRun {
  return { words: ["--check", ...READ], stdin: loadText(table) };
}

/**
 * The tables that are there. In one run, as long as all are; where one is missing it fails as it does for any other reason, and
 * only the list of all tables says whether that was why.
 */
async function listTables(
  system: FirewallSystem,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Tables> {
  for (const name of names) assert(NAME.test(name), `${name} is not a name of a table`);
  let wanted = [...new Set(names)];
  for (let runs = 1; wanted.length > 0; runs++) {
    const stdin = wanted.map((name) => `list table inet ${name}\n`).join("");
    const result = await system.run({ words: ["--json", ...READ], stdin }, signal);
    if (result.exitCode === 0) return understood(result, readListing);
    const all = await system.run({ words: ["--json", "list", "tables", "inet"] }, signal);
    if (all.exitCode !== 0) throw unreadableFault(all);
    if (runs === MOST_RUNS) throw unreadableFault(result);
    const there = new Set(understood(all, namesInListing));
    wanted = wanted.filter((name) => there.has(name));
  }
  return new Map();
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
