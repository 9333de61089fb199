import { type History, lastRecords, listLedger, readHistory } from "@holdfast/agent/records";
import { textIn } from "@holdfast/agent/control";
import { API_VERSION, Fault, nearest } from "@holdfast/core";
import { rootOf } from "../../root-directory.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { historyLines } from "./history-lines.ts";

const DEFAULT_LIMIT = 100;

/** Prints what happened to a resource, or to all, out of the event log, whether an agent serves or not. */
export async function history(
  [id]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const root = rootOf(options, surroundings);
    const { since, limit } = options;
    const from = since === undefined ? {} : { sinceMs: since };
    const asked = { id, limit: limit ?? DEFAULT_LIMIT, ...from };
    const found = await readHistory({ root }, asked, stop.signal);
    if (id !== undefined && found.entries.length === 0) {
      await refuseUnknown({ id, root, isAll: since === undefined }, stop.signal);
    }
    const named = id === undefined ? {} : { id };
    output.value(historyLines(found), { apiVersion: API_VERSION, ...named, ...dataOf(found) });
    return "inSync";
  });
}

/** As plain data. */
function dataOf({ entries, damages, readFrom, ...rest }: History) {
  return {
    ...rest,
    readFrom: readFrom ?? null,
    entries: entries.map((entry) => ({ ...entry })),
    damages: damages.map((damage) => ({ ...damage })),
  };
}

interface Unknown {
  readonly id: string;
  readonly root: string;
  /** All of the log was asked for. */
  readonly isAll: boolean;
}

/** @throws {Fault} NotFound, when neither the event log nor the ledger has ever known the id. */
async function refuseUnknown({ id, root, isAll }: Unknown, signal: AbortSignal): Promise<void> {
  const everyFrom = isAll ? undefined : await readHistory({ root }, { id, limit: 1 }, signal);
  if (everyFrom !== undefined && everyFrom.entries.length > 0) return;
  const ids = await knownIds(root, signal);
  if (ids.has(id)) return;
  const meant = [...ids].find((one) => one.endsWith(`:${id}`)) ?? nearest(id, ids);
  const suggestion = meant === undefined ? "" : `Did you mean ${meant}? `;
  throw new Fault({
    reason: "NotFound",
    message: `nothing is on record of ${id}`,
    resolution: `${suggestion}Name a resource as kind:name; holdfast history lists what happened to all.`,
  });
}

/** Of so many of the newest events the ids are compared. */
const MOST_COMPARED = 4_096;

/** Those of the newest events, and those in the ledger where this user may read it. */
async function knownIds(root: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const events = await lastRecords({ root }, { limit: MOST_COMPARED }, signal);
  const ids = new Set(events.map((event) => textIn(event["id"])));
  ids.delete("");
  try {
    for (const [id] of (await listLedger({ root }, signal)).applied) ids.add(id);
  } catch (error) {
    // It only adds to what the log has.
    if (!(error instanceof Fault) || signal.aborted) throw error;
  }
  return ids;
}
