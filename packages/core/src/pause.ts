import { Fault } from "./fault/fault.ts";

/** An operator has put the agent on hold: until the pause ends it observes nothing and changes nothing. */
export interface Pause {
  /** Wall clock, as ISO 8601. */
  readonly at: string;
  /** The user that asked for it, in words; `undefined` where that is not known. */
  readonly by?: string;
  /** What for, as the operator said. */
  readonly reason?: string;
}

const LONGEST_REASON_CHARACTERS = 500;

/**
 * Reads what a pause is for; `undefined` when nothing was said.
 * @throws {Fault} InputInvalid, when it is no text or too long to be kept.
 */
export function parsePauseReason(value: unknown): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (typeof value === "string" && value.length <= LONGEST_REASON_CHARACTERS) return value;
  throw new Fault({
    reason: "InputInvalid",
    message: "the reason of the pause cannot be kept",
    resolution: `Say it in a text of at most ${LONGEST_REASON_CHARACTERS} characters.`,
  });
}

/** The message of a paused agent, in its status and to each order. */
export function pausedFault({ at, by, reason }: Pause): Fault {
  const who = by === undefined ? "" : ` by ${by}`;
  const what = reason === undefined ? "" : `: ${reason}`;
  return new Fault({
    reason: "Paused",
    message: `the agent is paused${who} since ${at}${what}`,
    resolution: "Run holdfast resume when it may go on.",
  });
}
