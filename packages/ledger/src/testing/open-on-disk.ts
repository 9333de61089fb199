import { type Log, silentLog } from "@holdfast/core";
import { sealWithChecksum } from "@holdfast/daemonkit/appendlog";
import { seededRandom } from "@holdfast/testing";
import type { SimulatedLogDisk } from "@holdfast/testing/log-disk";
import { type LedgerOptions, type OpenLedger, openLedger } from "../ledger.ts";

/** The file of the ledgers under test. */
export const LEDGER = "ledger.jsonl";
export const UNSTOPPED = new AbortController().signal;

/** Opens the ledger of a simulated disk, as an agent does that starts. */
export function openOnDisk(
  disk: SimulatedLogDisk,
  options: Partial<LedgerOptions> = {},
): Promise<OpenLedger> {
  const { calls } = disk;
  const random = seededRandom(1);
  const path = `/var/lib/holdfast/${LEDGER}`;
  return openLedger({ calls, path, random, log: silentLog, ...options }, UNSTOPPED);
}

/** A log that keeps what it warns of. */
export function warnings(): { readonly log: Log; readonly warned: string[] } {
  const warned: string[] = [];
  const log = { ...silentLog, warn: (message: string) => void warned.push(message) };
  return { log, warned };
}

/** The text of a ledger with so many records that mean nothing any more. */
export function grownLedger(lineCount: number): string {
  const header = `{"type":"ledger","version":2,"lineage":"${"0".repeat(32)}"}`;
  const nothing = `{"type":"refreshed","id":"file:/nothing"}`;
  const lines = [header, ...Array.from({ length: lineCount }, () => nothing)];
  return lines.map((line) => `${sealWithChecksum(line)}\n`).join("");
}
