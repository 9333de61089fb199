import { type Clock, type JsonObject, type Reader, resultJson } from "@holdfast/core";
import type { Explanation, HintSet, Next, PastRun } from "@holdfast/engine";
import { shownTime } from "./shown-time.ts";
import { resourceJson } from "./status-json.ts";

/** What an account is turned into JSON with. */
export interface ExplanationView {
  readonly clock: Clock;
  readonly reader: Reader;
  /** Whether the reader is shown the output of commands: it may say whatever the user of the agent may read. */
  readonly isOwner: boolean;
}

/**
 * Why a resource is as it is: what `resourceJson` says, and `{underWay?, lastRun?, lastNews?, output?, failures, attempts,
 * blockedThrough, next}`. Times are wall clock, as ISO 8601.
 */
export function explanationJson(account: Explanation, view: ExplanationView): JsonObject {
  const { underWay, lastRun, lastNews, output, failures, attempts, blockedThrough, next } = account;
  return {
    ...resourceJson(account, view.clock),
    ...(underWay === undefined ? {} : { underWay: { asked: askedJson(underWay, view) } }),
    ...(lastRun === undefined ? {} : { lastRun: runJson(lastRun, view) }),
    ...(lastNews === undefined ? {} : { lastNews: runJson(lastNews, view) }),
    ...(output === undefined || !view.isOwner ? {} : { output: { ...output } }),
    failures,
    attempts,
    blockedThrough,
    next: nextJson(next, view.clock),
  };
}

function askedJson({ kinds, trigger, firstAtMs }: HintSet, { clock }: ExplanationView): JsonObject {
  return { kinds: [...kinds], trigger, at: shownTime(firstAtMs, clock) };
}

function runJson(run: PastRun, view: ExplanationView): JsonObject {
  const { clock, reader } = view;
  const { hints, startedAtMs, endedAtMs, generation, result } = run;
  return {
    asked: askedJson(hints, view),
    startedAt: shownTime(startedAtMs, clock),
    endedAt: shownTime(endedAtMs, clock),
    generation,
    ...(result === undefined ? {} : { result: resultJson(result, reader) }),
  };
}

function nextJson(next: Next, clock: Clock): JsonObject {
  const { isRunning, askedBy, after, retryAtMs, windowAtMs, limitAtMs, resyncAtMs } = next;
  const times = {
    retryAt: retryAtMs,
    windowAt: windowAtMs,
    limitAt: limitAtMs,
    resyncAt: resyncAtMs,
  };
  const planned = Object.entries(times).flatMap(([name, atMs]) =>
    atMs === undefined ? [] : [[name, shownTime(atMs, clock)] as const],
  );
  return { isRunning, askedBy, after, ...Object.fromEntries(planned) };
}
