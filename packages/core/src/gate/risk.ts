/**
 * What an action may cost. `benign`: nothing that cannot be had again. `disruptive`: it interrupts something that runs.
 * `destructive`: it loses data that cannot be given back. What no rule covers is destructive.
 */
export type Risk = "benign" | "disruptive" | "destructive";

/** What an action interrupts or may lose. */
export type Impact = "none" | "reload" | "restart" | "reboot" | "data";

/** One row of the table of risks: the same object for the same reason, so that a page can list them all. */
export interface Assessment {
  readonly risk: Risk;
  readonly impact: Impact;
  /** What is done there, as the title of a row: `stops a service that runs`. */
  readonly why: string;
  /**
   * Of a kind's own row: it knows all that is there, so that the rules of provenance and data add nothing. Default false:
   * where these rules find more risk, they count.
   */
  readonly isWhole?: true;
}

const ORDER: Readonly<Record<Risk, number>> = { benign: 0, disruptive: 1, destructive: 2 };

/** The one of more risk; of two alike the first. */
export function worse(first: Assessment, second: Assessment): Assessment {
  return ORDER[second.risk] > ORDER[first.risk] ? second : first;
}
