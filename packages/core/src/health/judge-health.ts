import type { HealthPurpose, HealthTiming } from "./health-check.ts";

/** What one probe came to. */
export type ProbeOutcome =
  | { readonly type: "passed" }
  /** `why`: for people, e.g. `connection refused`. */
  | { readonly type: "failed"; readonly why: string };

/** What is known of something's health. */
export type HealthWord = "Unknown" | "Healthy" | "Unhealthy";

/** What the probes of one check have come to. */
export interface ProbedHealth {
  readonly status: HealthWord;
  /** When it became so, monotonic milliseconds. */
  readonly sinceMs: number;
  /** Successes in a row, up to the threshold. */
  readonly successes: number;
  /** Failures in a row, up to the threshold; while nothing is known yet, all failures. */
  readonly failures: number;
  /** `undefined` when none has failed yet. */
  readonly lastFailure?: { readonly why: string; readonly atMs: number };
}

/** A check that has not been asked. */
export function unprobed(nowMs: number): ProbedHealth {
  return { status: "Unknown", sinceMs: nowMs, successes: 0, failures: 0 };
}

type Thresholds = Pick<HealthTiming, "failureThreshold" | "successThreshold">;

/**
 * What is known after one more probe. Only as many answers in a row as the thresholds say turn it. While nothing is
 * known failures add up, so that it is known after at most `failureThreshold · successThreshold` probes.
 */
export function afterProbe(
  before: ProbedHealth,
  outcome: ProbeOutcome,
  { thresholds, nowMs }: { readonly thresholds: Thresholds; readonly nowMs: number },
): ProbedHealth {
  const { failureThreshold, successThreshold } = thresholds;
  if (outcome.type === "passed") {
    const successes = Math.min(before.successes + 1, successThreshold);
    const failures = before.status === "Unknown" ? before.failures : 0;
    const counted = { ...before, successes, failures };
    return successes < successThreshold ? counted : turned(counted, "Healthy", nowMs);
  }
  const failures = Math.min(before.failures + 1, failureThreshold);
  const lastFailure = { why: outcome.why, atMs: nowMs };
  const counted = { ...before, successes: 0, failures, lastFailure };
  return failures < failureThreshold ? counted : turned(counted, "Unhealthy", nowMs);
}

function turned(health: ProbedHealth, status: HealthWord, nowMs: number): ProbedHealth {
  const failures = status === "Healthy" ? 0 : health.failures;
  return {
    ...health,
    failures,
    status,
    sinceMs: status === health.status ? health.sinceMs : nowMs,
  };
}

/** One sick part makes the whole sick; it is known to be well only when every part is. */
export function overallHealth(parts: Iterable<HealthWord>): HealthWord {
  let overall: HealthWord = "Healthy";
  for (const part of parts) {
    if (part === "Unhealthy") return part;
    if (part === "Unknown") overall = part;
  }
  return overall;
}

/** The health of a resource as its status shows it. */
export interface ResourceHealth {
  readonly status: HealthWord;
  /** When it became so, monotonic milliseconds. */
  readonly sinceMs: number;
  /** In the order of writing. */
  readonly checks: readonly CheckHealth[];
}

/** One check of it. */
export interface CheckHealth extends ProbedHealth {
  /** Which check it is, for people: `tcp db:5432`. */
  readonly name: string;
  readonly as: HealthPurpose;
}

/** Why a resource in sync holds its dependents back: whether it is ready is not known yet, or its checks fail. */
export type Unready = "awaited" | "failed";

/** Whether it holds dependents back; without a check for readiness it does not. */
export function unreadyOf(
  checks: Iterable<Pick<CheckHealth, "as" | "status">>,
): Unready | undefined {
  const readiness = [...checks].filter(({ as }) => as === "readiness");
  const word = overallHealth(readiness.map(({ status }) => status));
  if (word === "Healthy") return undefined;
  return word === "Unknown" ? "awaited" : "failed";
}

/** What is wrong, in words: each check that is not healthy with its last failure. Empty when every one is healthy. */
export function wordsOfHealth(checks: Iterable<CheckHealth>): string {
  const wrong = [...checks].filter(({ status }) => status === "Unhealthy");
  return wrong.map(({ name, lastFailure }) => `${name} (${lastFailure?.why})`).join(" and ");
}
