import { Fault, type Requester } from "@holdfast/core";
import type { OpenLedger } from "@holdfast/ledger";

/** The answer of a person about one-shots with an unknown outcome. */
export interface Resolution {
  /** `undefined`: all that the ledger has lost; of those only `again` can be said. */
  readonly key: string | undefined;
  readonly as: "done" | "again";
  /** For the records. Default: nobody knows. */
  readonly requester?: Requester;
}

/** What of a ledger is settled. */
export type KeyLedger = Pick<OpenLedger, "areKeysInDoubt" | "oneShots" | "settleKeys">;

/**
 * Settles one-shots with an unknown outcome.
 * @throws {Fault} NotFound, when there is nothing in doubt; UsageInvalid; LedgerUnavailable and the like.
 */
export async function resolveKey(
  ledger: KeyLedger,
  { key, as }: Resolution,
  signal: AbortSignal,
): Promise<void> {
  if (key === undefined) return resolveLost(ledger, as, signal);
  const { oneShots } = ledger;
  const state = oneShots.state(key);
  if (state !== "begun") throw nothingToResolve(key, state);
  if (as === "done") await oneShots.done(key, signal);
  else await oneShots.forget(key, signal);
}

async function resolveLost(
  ledger: KeyLedger,
  as: Resolution["as"],
  signal: AbortSignal,
): Promise<void> {
  if (as === "done") {
    throw new Fault({
      reason: "UsageInvalid",
      message: "it is unknown which keys are lost, so they cannot all be called done",
      resolution: "Name each one that took effect, with --done; then say --lost --again.",
    });
  }
  if (ledger.areKeysInDoubt) return ledger.settleKeys(signal);
  throw new Fault({
    reason: "NotFound",
    message: "the ledger has lost no key",
    resolution: "Name the key that is in doubt; the message of its OutcomeUnknown fault has it.",
  });
}

function nothingToResolve(key: string, state: "done" | undefined): Fault {
  return new Fault({
    reason: "NotFound",
    message: `${key} is not in doubt: it ${state === "done" ? "is done" : "was never begun"}`,
    resolution: "Find the key in the message of the OutcomeUnknown fault.",
  });
}
