import { textIn, listIn } from "@holdfast/agent/control";
import { type LedgerListing, listLedger } from "@holdfast/agent/records";
import { API_VERSION, Fault, type JsonObject } from "@holdfast/core";
import type { Output } from "../../output/output.ts";
import { type Line, line, toned } from "../../output/text/line.ts";
import { rootOf } from "../../root-directory.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { askServing } from "../control/ask-serving.ts";
import { createLog } from "../log.ts";
import { withOutput } from "../with-output.ts";

/**
 * Lists what the ledger has. It reads the file without its lock. What is orphaned depends on what is declared: the agent
 * that serves knows; where none does, the source is read.
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
    const orphans =
      options.inFlight === true
        ? undefined
        : await orphansOf({ options, surroundings, output }, stop.signal);
    output.value(linesOf(listing, orphans, options), dataOf(listing, orphans, options));
    return "inSync";
  });
}

/** What left the manifest and stays, or why that is not known; `undefined` when it was not asked for. */
type Orphans = readonly JsonObject[] | { readonly unknownBecause: string } | undefined;

interface Asked {
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  readonly output: Output;
}

async function orphansOf(asked: Asked, signal: AbortSignal): Promise<Orphans> {
  const question = { method: "GET", path: "/status" } as const;
  const status = await askServing(question, { ...asked, canDoWithout: true }, signal);
  if (status !== undefined) return listIn(status["orphans"]);
  const { options, surroundings, output } = asked;
  try {
    const { openCommandAgent } = await import("../open-agent.ts");
    const request = { options, surroundings, events: output.events, path: undefined };
    await using agent = await openCommandAgent({ ...request, intends: "read" }, signal);
    return (await agent.orphans(signal)).map(({ id, why }) => ({ id, why }));
  } catch (error) {
    // The rest of the list needs no source.
    if (!(error instanceof Fault) || signal.aborted) throw error;
    return { unknownBecause: error.message };
  }
}

function isListed(orphans: Orphans): orphans is readonly JsonObject[] {
  return Array.isArray(orphans);
}

function orphanLines(orphans: Orphans): readonly Line[] {
  if (orphans === undefined) return [];
  if (!isListed(orphans)) {
    return [line(toned("faint", `what is orphaned is not known: ${orphans.unknownBecause}`))];
  }
  return orphans.map(({ id, why }) =>
    line(toned("strong", textIn(id)), `  orphaned: ${textIn(why)}`),
  );
}

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
    ...orphanLines(orphans),
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
    orphans: isListed(orphans) ? orphans : null,
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
