import { Fault, type OneShots } from "@holdfast/core";

/** What a person says of a one-shot that was cut off. */
export interface Resolution {
  readonly key: string;
  readonly as: "done" | "again";
}

/**
 * Settles a one-shot whose outcome nobody knows.
 * @throws {Fault} NotFound, when that key is not in doubt; LedgerUnavailable.
 */
export async function resolveKey(
  oneShots: OneShots,
  { key, as }: Resolution,
  signal: AbortSignal,
): Promise<void> {
  const state = oneShots.state(key);
  if (state !== "begun") throw nothingToResolve(key, state);
  if (as === "done") await oneShots.done(key, signal);
  else await oneShots.forget(key, signal);
}

function nothingToResolve(key: string, state: "done" | undefined): Fault {
  return new Fault({
    reason: "NotFound",
    message: `${key} is not in doubt: it ${state === "done" ? "is done" : "was never begun"}`,
    resolution: "Look for the key in the message of the OutcomeUnknown fault.",
  });
}
