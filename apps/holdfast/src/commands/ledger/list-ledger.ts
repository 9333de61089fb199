import { textIn, listIn } from "@holdfast/agent/control";
import { type LedgerListing, listLedger } from "@holdfast/agent/records";
import { API_VERSION, type JsonObject } from "@holdfast/core";
import { type Line, line, toned } from "../../output/text/line.ts";
import { rootOf } from "../../root-directory.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { askServing } from "../control/ask-serving.ts";
import { createLog } from "../log.ts";
import { withOutput } from "../with-output.ts";

/**
 * Lists what the ledger has. It reads the file without its lock; what is orphaned only the agent that serves can say, for
 * that depends on what is declared.
 */
export async function ledger(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const root = rootOf(options, surroundings);
    const log = createLog(surroundings, { isVerbose: options.verbose ?? false });
    const listing = await listLedger({ root, log }, stop.signal);
    const question = { method: "GET", path: "/status" } as const;
    const asked = { options, surroundings, canDoWithout: true };
    const status =
      options.inFlight === true ? undefined : await askServing(question, asked, stop.signal);
    const orphans = status && listIn(status["orphans"]);
    output.value(linesOf(listing, orphans, options), dataOf(listing, orphans, options));
    return "inSync";
  });
}

type Orphans = readonly JsonObject[] | undefined;

function linesOf(
  listing: LedgerListing,
  orphans: Orphans,
  options: CommandOptions,
): readonly Line[] {
  const flying = listing.inFlight.map(({ id, verb, operation, attempt, task }) =>
    line(
      toned("changed", "in flight "),
      toned("strong", id),
      toned(
        "faint",
        `  ${operation ?? verb}, attempt ${attempt}${task === undefined ? "" : `, task ${task}`}`,
      ),
    ),
  );
  if (options.inFlight === true)
    return flying.length === 0 ? [line("nothing is in flight")] : flying;
  const { applied, pause } = listing;
  return [
    line(toned("strong", `lineage ${listing.lineage}`)),
    ...(pause === undefined ? [] : [line(toned("bad", "paused"), `  ${JSON.stringify(pause)}`)]),
    ...applied.map(([id, { provenance, declaration }]) =>
      line(
        `${provenance.padEnd("created".length)}  `,
        toned("strong", id),
        toned("faint", declaration === undefined ? "" : `  manifest ${declaration.manifest}`),
      ),
    ),
    ...(orphans ?? []).map(({ id, why }) =>
      line(toned("strong", textIn(id)), `  orphaned: ${textIn(why)}`),
    ),
    ...heldLines(listing),
    ...(options.changes === true ? changeLines(listing) : []),
    ...flying,
    ...keyLines(listing, options),
  ];
}

function heldLines({ holds }: LedgerListing): readonly Line[] {
  return holds.map(([id, { op, why, isPending }]) => {
    const ended = isPending === true ? ", and that is not done yet" : "";
    return line(toned("bad", "held     "), toned("strong", id), `  ${op} was ${why}${ended}`);
  });
}

function changeLines({ changes }: LedgerListing): readonly Line[] {
  return changes.map(([id, { op, atMs, run, verb, before }]) => {
    const at = new Date(atMs).toISOString();
    const undoing = before.type === "lost" ? `cannot be undone: ${before.why}` : "";
    const more = [verb, at, ...(run === undefined ? [] : [run])].join("  ");
    return line(`${op}  `, toned("strong", id), toned("faint", `  ${more}  `), undoing);
  });
}

function keyLines(
  { keys, areKeysInDoubt }: LedgerListing,
  options: CommandOptions,
): readonly Line[] {
  const begun = keys.filter(([, as]) => as === "begun").length;
  const doubt = areKeysInDoubt ? "; others may be lost" : "";
  return [
    line(`keys of one-shots: ${keys.length - begun} done, ${begun} without an outcome${doubt}`),
    ...(options.keys === true ? keys.map(([key, as]) => line(`  ${as.padEnd(5)}  ${key}`)) : []),
  ];
}

function dataOf(listing: LedgerListing, orphans: Orphans, options: CommandOptions): JsonObject {
  const { lineage, applied, keys, areKeysInDoubt, pause } = listing;
  const inFlight = listing.inFlight.map(({ id, verb, operation, attempt, cause, task }) => ({
    id,
    verb,
    ...(operation === undefined ? {} : { operation }),
    attempt,
    cause,
    ...(task === undefined ? {} : { task }),
  }));
  if (options.inFlight === true) return { apiVersion: API_VERSION, inFlight };
  const begun = keys.filter(([, as]) => as === "begun").length;
  const named = keys.map(([key, as]) => ({ key, as }));
  return {
    apiVersion: API_VERSION,
    lineage,
    applied: applied.map(([id, { provenance, declaration }]) => ({
      id,
      provenance,
      manifest: declaration?.manifest ?? null,
    })),
    inFlight,
    oneShots: { done: keys.length - begun, begun, areInDoubt: areKeysInDoubt },
    ...(options.keys === true ? { keys: named } : {}),
    ...(options.changes === true ? { changes: changesOf(listing) } : {}),
    holds: listing.holds.map(([id, { op, why, isPending = false }]) => ({
      id,
      op,
      why,
      isPending,
    })),
    paused: pause === undefined ? null : { ...pause },
    orphans: orphans ?? null,
  };
}

function changesOf({ changes }: LedgerListing): readonly JsonObject[] {
  return changes.map(([id, { op, atMs, run, verb, before }]) => ({
    op,
    id,
    at: new Date(atMs).toISOString(),
    verb,
    run: run ?? null,
    canBeUndone: before.type !== "lost",
  }));
}
