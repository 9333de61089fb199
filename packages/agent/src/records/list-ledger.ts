import {
  type AppliedChange,
  Fault,
  type Hold,
  type LastApplied,
  type Log,
  type OpenIntent,
  type Pause,
  type ResourceId,
  silentLog,
} from "@holdfast/core";
import { ownPathsUnder } from "../open/own-paths.ts";

/** What a ledger has. */
export interface LedgerListing {
  readonly lineage: string;
  /** By id. */
  readonly applied: readonly (readonly [id: ResourceId, applied: LastApplied])[];
  /** Intents without an outcome: what runs now, or was cut off. */
  readonly inFlight: readonly OpenIntent[];
  /** Keys of one-shots; `begun`: whether it ran is not known, or it runs now. */
  readonly keys: readonly (readonly [key: string, as: "begun" | "done"])[];
  readonly areKeysInDoubt: boolean;
  readonly pause: Pause | undefined;
  /** What can be undone, the newest last. */
  readonly changes: readonly (readonly [id: ResourceId, change: AppliedChange])[];
  /** What is not done because it was undone. */
  readonly holds: readonly (readonly [id: ResourceId, hold: Hold])[];
}

/**
 * Reads the ledger of a root without its lock and without a trace, also beside an agent that writes it.
 * @throws {Fault} NotPrivileged, LedgerUnavailable, PathUnsafe; that of the signal.
 */
export async function listLedger(
  { root, log = silentLog }: { readonly root: string; readonly log?: Log },
  signal: AbortSignal,
): Promise<LedgerListing> {
  const { ledger: path } = await ownPathsUnder(root, "agent");
  // Who only reads events loads none of it.
  const [{ realRandom }, { createLogCalls }, { openLedger }] = await Promise.all([
    import("@holdfast/host"),
    import("@holdfast/daemonkit/appendlog"),
    import("@holdfast/ledger"),
  ]);
  const calls = createLogCalls({ directory: 0o700, file: 0o600 });
  await using ledger = await openLedger(
    { calls, path, random: realRandom, log, isReadOnly: true },
    signal,
  );
  refuseUnread(ledger.condition);
  return {
    lineage: ledger.lineage,
    applied: [...ledger.allApplied()].toSorted(([one], [other]) => (one < other ? -1 : 1)),
    inFlight: ledger.inFlight(),
    keys: [...ledger.allKeys()],
    areKeysInDoubt: ledger.areKeysInDoubt,
    pause: ledger.paused(),
    changes: [...ledger.allChanges()]
      .flatMap(([id, changes]) => changes.map((change) => [id, change] as const))
      .toSorted(([, one], [, other]) => one.atMs - other.atMs),
    holds: [...ledger.allHolds()],
  };
}

/** A ledger with damaged lines is listed all the same; one that cannot be read is not. */
function refuseUnread(fault: Fault | undefined): void {
  if (fault === undefined || fault.reason === "LedgerCorrupt") return;
  const code = codeIn(fault.cause);
  if (code !== "EACCES" && code !== "EPERM") throw fault;
  throw new Fault({
    reason: "NotPrivileged",
    message: `this user may not read the ledger: ${fault.message}`,
    resolution: "Ask as root, or as the user of the agent.",
    cause: fault,
  });
}

/** The code of the error that is the root of others. */
function codeIn(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string") return cause.code;
  }
  return undefined;
}
