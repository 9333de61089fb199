// Long because: it is the first half of the one path, which is read in one go.
import { assert, toFault, type Verb } from "@holdfast/core";
import type { HintSet } from "../queue/hint.ts";
import type { Run, Runtime } from "../runtime.ts";
import { type Approved, attempt, type AttemptEnd } from "./attempt.ts";
import { dependencyToBlame } from "./blame.ts";
import { mayRefresh } from "../policy/ask-policy.ts";
import { attemptTogether, takeCompanions } from "./batch.ts";
import { observeCarried } from "./carriers.ts";
import {
  causeOf,
  isSettledRemoval,
  lastLeft,
  noteIntent,
  provenanceOf,
  verbOf,
} from "../records/identity.ts";
import { earlyFinding, inSyncAtOnce, settleLate } from "./as-declared.ts";
import { forgetRemoved, NOTHING_LEFT } from "./forget-removed.ts";
import { resumeTasks } from "./resume-tasks.ts";
import { clearStaleTemporaries } from "./stale-temporaries.ts";
import {
  announceDrift,
  bucketOf,
  detailsOf,
  excuse,
  gateOf,
  owesRefresh,
  refusalVerdict,
  refuseByCondition,
  refuseLate,
  type Seen,
} from "./gating.ts";
import { type Finding, fingerprintOf, observe, observeAfresh } from "./observe.ts";
import { beginAfresh, type ResourceRecord } from "../records/resource-record.ts";
import type { Verdict } from "../records/verdict.ts";

/** A run and what it came to. */
export interface Settled {
  readonly run: Run;
  readonly verdict: Verdict;
}

/** The answer of the gate to an observation: a verdict, or permission to apply. */
type Gated =
  | { readonly type: "verdict"; readonly verdict: Verdict }
  | { readonly type: "apply"; readonly approved: Approved };

/**
 * The one path, from the lane on: observe → diff → post-gate → journal → apply → verify. Every write to a host goes
 * through here: first pass, loop, batch and refresh. Usually one run; more when waiting members of the same group
 * went along. Never throws.
 */
export function reconcile(
  runtime: Runtime,
  run: Run,
): readonly Settled[] | Promise<readonly Settled[]> {
  if (isSettledRemoval(runtime, run)) return [{ run, verdict: NOTHING_LEFT }];
  const early = earlyFinding(runtime, run);
  const inSync = early && inSyncAtOnce(runtime, run, early);
  return inSync === undefined ? reconcileInTurns(runtime, run, early) : [{ run, verdict: inSync }];
}

async function reconcileInTurns(
  runtime: Runtime,
  run: Run,
  early: Finding | Promise<Finding> | undefined,
): Promise<readonly Settled[]> {
  const reached = await reconcileInLane(runtime, run, early);
  const settled = await Promise.all(reached.map((one) => forgetRemoved(runtime, one)));
  const hasFailed = settled.some(({ verdict }) => "fault" in verdict);
  return hasFailed ? Promise.all(settled.map((one) => excuse(runtime, one))) : settled;
}

async function reconcileInLane(
  runtime: Runtime,
  run: Run,
  early: Finding | Promise<Finding> | undefined,
): Promise<readonly Settled[]> {
  const gated = await guarded(() => observeAndGate(runtime, run, early));
  if (gated.type === "verdict") return [{ run, verdict: gated.verdict }];
  const { approved } = gated;
  if (approved.changes.length === 0)
    return [{ run, verdict: await refreshOnly(runtime, approved) }];
  const companions = takeCompanions(runtime, run);
  if (companions.length > 0) return reconcileTogether(runtime, { run, approved, companions });
  const end = await attempt(runtime, approved);
  return [{ run, verdict: await conclude(runtime, approved, end) }];
}

async function guarded(work: () => Promise<Gated>): Promise<Gated> {
  try {
    return await work();
  } catch (error) {
    return { type: "verdict", verdict: { type: "unknown", fault: toFault(error) } };
  }
}

/**
 * The gate before anything is read, for what has conditions: the machine is asked, and then everything else once more,
 * for it may have taken its time. `undefined`: no conditions, and no time passes.
 */
function askBefore(runtime: Runtime, run: Run): Promise<Verdict | undefined> | undefined {
  if (run.declared.resource.meta.condition === undefined) return undefined;
  const asking = refuseByCondition(runtime, run, run.hints.stamp);
  return asking.then((closed) => closed ?? refuseLate(runtime, run));
}

async function observeAndGate(
  runtime: Runtime,
  run: Run,
  early: Finding | Promise<Finding> | undefined,
): Promise<Gated> {
  const { record, hints } = run;
  const closed = askBefore(runtime, run);
  const refused = closed === undefined ? undefined : await closed;
  if (refused !== undefined) return { type: "verdict", verdict: refused };
  await resumeTasks(runtime, record);
  await clearStaleTemporaries(runtime, record);
  const first = await (early ?? observe(runtime, run, hints.stamp));
  const isOldNews = first.type === "seen" && first.changes.length > 0 && !first.isFresh;
  const fresh = isOldNews ? await observeAfresh(runtime, run) : first;
  const seen = await observeCarried(runtime, run, fresh);
  if (seen.type === "blocked") return { type: "verdict", verdict: seen };
  const isSettledLate = await settleLate(runtime, run, seen);
  const gated = judgeSeen(runtime, run, seen);
  const isInSync = gated.type === "verdict" && gated.verdict.type === "inSync";
  if (!isSettledLate || !isInSync) return gated;
  const { details } = gated.verdict;
  const verdict = { type: "changed", cause: causeOf(runtime, run), changes: [], details } as const;
  return { type: "verdict", verdict };
}

function judgeSeen(runtime: Runtime, run: Run, seen: Finding): Gated {
  const { record, hints } = run;
  if (seen.type === "unknown") {
    const isOldNews = record.status.type === "Unknown" && isAttemptPlanned(record, hints);
    return { type: "verdict", verdict: isOldNews ? { type: "backingOff" } : seen };
  }
  const isRefreshOwed = seen.changes.length === 0 && owesRefresh(runtime, run);
  if (seen.changes.length === 0) noteIntent(run, seen.observed);
  if (seen.changes.length === 0 && !isRefreshOwed) {
    return {
      type: "verdict",
      verdict: { type: "inSync", details: detailsOf(run.declared, seen.observed) },
    };
  }
  return decide(runtime, run, seen);
}

function decide(runtime: Runtime, run: Run, seen: Seen): Gated {
  const { record, declared, hints } = run;
  if (run.load !== runtime.loads()) return { type: "verdict", verdict: { type: "superseded" } };
  if (isSettledRemoval(runtime, run)) return { type: "verdict", verdict: NOTHING_LEFT };
  if (isAttemptPlanned(record, hints)) {
    const fingerprint = fingerprintOf(declared, seen);
    if (record.failedFingerprint === "unseen") record.failedFingerprint = fingerprint;
    const isOurOwnDoing = record.failedFingerprint === fingerprint;
    if (isOurOwnDoing) return { type: "verdict", verdict: { type: "backingOff" } };
    beginAfresh(runtime, record);
  }
  // What is only refreshed has not drifted: a change of another resource is carried on to it.
  const cause = seen.changes.length === 0 ? "intent" : causeOf(runtime, run, seen.observed);
  announceDrift(runtime, run, seen, cause);
  const decision = gateOf(runtime, run, seen);
  if (decision.type === "allow") {
    bucketOf(runtime, record).spend(runtime.clock.monotonicMs());
    const { observed, changes, stamp } = seen;
    const { load } = run;
    const verb: Verb = changes.length === 0 ? "refresh" : verbOf(declared, observed);
    const provenance = provenanceOf(runtime, run, observed);
    const past = lastLeft(runtime, run, observed);
    const found = { verb, cause, provenance, ...past, observed, changes };
    const approved = { record, declared, ...found, load, stamp };
    return { type: "apply", approved };
  }
  const refused = { declared, cause, seen };
  return { type: "verdict", verdict: refusalVerdict(runtime, decision, refused) };
}

/** Failing, and this run is not its next attempt: it may act only on news from outside (D6, design §6.8). */
function isAttemptPlanned(record: ResourceRecord, hints: HintSet): boolean {
  return record.retryAtMs !== undefined && !hints.kinds.has("retry");
}

async function reconcileTogether(
  runtime: Runtime,
  batch: { readonly run: Run; readonly approved: Approved; readonly companions: readonly Run[] },
): Promise<readonly Settled[]> {
  const settled: Settled[] = [];
  const members = new Map<Run, Approved>([[batch.run, batch.approved]]);
  for (const run of batch.companions) {
    const refused = refuseLate(runtime, run);
    const gated: Gated = refused
      ? { type: "verdict", verdict: refused }
      : await guarded(() => observeMember(runtime, run));
    if (gated.type === "verdict") settled.push({ run, verdict: gated.verdict });
    else members.set(run, gated.approved);
  }
  const ends = await attemptTogether(runtime, [...members.values()]);
  for (const [run, approved] of members) {
    const end = ends.get(run.record);
    assert(end !== undefined, `${run.record.id} went into a batch and did not come out`);
    settled.push({ run, verdict: await concludeAlone(runtime, approved, end) });
  }
  return settled;
}

/** What a member comes to that goes along: whether its condition holds, and what is there, is asked just before. */
async function observeMember(runtime: Runtime, run: Run): Promise<Gated> {
  const refused = await askBefore(runtime, run);
  if (refused !== undefined) return { type: "verdict", verdict: refused };
  const seen = await observeCarried(runtime, run, await observeAfresh(runtime, run));
  if (seen.type === "blocked") return { type: "verdict", verdict: seen };
  return judgeSeen(runtime, run, seen);
}

/** Nothing differs, but a notification is owed. */
async function refreshOnly(runtime: Runtime, approved: Approved): Promise<Verdict> {
  if (approved.load !== runtime.loads()) return { type: "superseded" };
  return conclude(runtime, approved, { type: "verified", observed: approved.observed });
}

/** The verdict of one member of a batch: what throws there concerns no other. */
async function concludeAlone(
  runtime: Runtime,
  approved: Approved,
  end: AttemptEnd,
): Promise<Verdict> {
  try {
    return await conclude(runtime, approved, end);
  } catch (error) {
    const { cause, changes } = approved;
    return { type: "failed", fault: toFault(error), cause, changes };
  }
}

/** Turns the end of an attempt into a verdict; a refresh that is owed to what now stands is done first. */
async function conclude(runtime: Runtime, approved: Approved, end: AttemptEnd): Promise<Verdict> {
  const { declared, cause, changes } = approved;
  if (end.type === "superseded") return end;
  if (end.type === "failed") {
    const by = await dependencyToBlame(runtime, approved);
    if (by !== undefined) return { type: "blocked", by, reason: "a dependency drifted" };
    return { type: "failed", fault: end.fault, cause, changes };
  }
  // What was declared meanwhile may not want it any more; the debt stays, for the run that follows.
  const isCurrent = approved.load === runtime.loads();
  const refreshed =
    isCurrent && owesRefresh(runtime, approved) && mayRefresh(runtime, approved, end.observed)
      ? await attempt(runtime, {
          ...approved,
          verb: "refresh",
          observed: end.observed,
          changes: [],
        })
      : end;
  if (refreshed.type === "failed")
    return { type: "failed", fault: refreshed.fault, cause, changes };
  const { observed } = refreshed.type === "verified" ? refreshed : end;
  const { op } = end;
  return { type: "changed", cause, changes, details: detailsOf(declared, observed), op };
}
