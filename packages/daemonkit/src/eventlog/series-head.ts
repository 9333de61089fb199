import type { JsonObject } from "../json.ts";
import { CHAIN_START, isHash } from "./chain.ts";
import type { EventInput } from "./event.ts";

/** What a file of a series builds on. */
export interface SeriesLink {
  /** `undefined` for the first file, and where the one before did not end as it should. */
  readonly previousFile: string | undefined;
  /** The hash of the last line before this file; `CHAIN_START` where there is none. */
  readonly previousHash: string;
}

/**
 * The first event of a file: it names the hash that it follows, so that the file can be verified when the ones before
 * it are gone.
 */
export function headEvent(link: SeriesLink, brokenFile: string | undefined): EventInput {
  const { previousFile, previousHash } = link;
  const data = { previousFile: previousFile ?? null, previousHash };
  if (brokenFile !== undefined) {
    const message = `${brokenFile} does not end in a line of this log; another chain begins here`;
    return { level: "error", reason: "EventLogRestarted", message, data };
  }
  if (previousFile === undefined) {
    return { level: "info", reason: "EventLogBegun", message: "the event log begins", data };
  }
  const message = `goes on from ${previousFile}`;
  return { level: "info", reason: "EventLogContinued", message, data };
}

/** The hash that a file says it follows; `undefined` when its first line is no head. */
export function linkIn(data: JsonObject | undefined): string | undefined {
  const hash = data?.["previousHash"];
  return isHash(hash) ? hash : undefined;
}

/** The link of the first file of all. */
export const FIRST_LINK: SeriesLink = { previousFile: undefined, previousHash: CHAIN_START };
