import {
  afterProbe,
  type CheckHealth,
  type HealthCheck,
  type HealthTiming,
  type HealthWord,
  nameOfProbe,
  overallHealth,
  type ProbedHealth,
  type ProbeOutcome,
  type ResourceHealth,
  timingOf,
  type Unready,
  unprobed,
  unreadyOf,
} from "@holdfast/core";
import type { Alarm } from "../queue/schedule.ts";
import type { KnownHealth } from "../records/resource-record.ts";

/** One check of a resource while it is declared. */
export interface KeptCheck {
  readonly check: HealthCheck;
  readonly timing: HealthTiming;
  readonly alarm: Alarm;
  health: ProbedHealth;
  /** Of the probe that has not let go, though it may have been given up. */
  isOut: boolean;
  /** Its failures in a row have been answered with a refresh. */
  isAnswered: boolean;
}

/** What is kept of the health of one resource. It outlives manifests that say the same of it (D18). */
export class HealthRecord implements KnownHealth {
  /** The checks as they were written: other words are another record. */
  readonly words: string;
  readonly checks: readonly KeptCheck[];
  /** Probes are asked for at the moment. */
  isProbed = false;
  /** Counts beginnings, so that an answer to what was asked before one no longer counts. */
  epoch = 0;
  /** It has been reported as degraded. */
  isPublished = false;
  /** Refreshes for the sake of liveness that came close to each other, and when the last was asked for. */
  refreshes = 0;
  refreshedAtMs = Number.NEGATIVE_INFINITY;
  #status: HealthWord = "Unknown";
  #sinceMs: number;

  constructor(options: {
    readonly written: readonly HealthCheck[];
    readonly nowMs: number;
    readonly alarmOf: (position: number) => Alarm;
  }) {
    const { written, nowMs, alarmOf } = options;
    this.words = wordsOf(written);
    this.#sinceMs = nowMs;
    this.checks = written.map((check, position) => ({
      check,
      timing: timingOf(check),
      alarm: alarmOf(position),
      health: unprobed(nowMs),
      isOut: false,
      isAnswered: false,
    }));
  }

  get unready(): Unready | undefined {
    return unreadyOf(this.#published());
  }

  get status(): HealthWord {
    return this.#status;
  }

  shown(): ResourceHealth {
    return { status: this.#status, sinceMs: this.#sinceMs, checks: this.#published() };
  }

  /** What was known no longer counts. */
  begin(nowMs: number): void {
    this.epoch += 1;
    for (const kept of this.checks) {
      kept.health = unprobed(nowMs);
      kept.isAnswered = false;
    }
    this.#turn(nowMs);
  }

  /** Takes what a probe came to. */
  learn(kept: KeptCheck, outcome: ProbeOutcome, nowMs: number): void {
    kept.health = afterProbe(kept.health, outcome, { thresholds: kept.timing, nowMs });
    if (outcome.type === "passed") kept.isAnswered = false;
    this.#turn(nowMs);
  }

  #turn(nowMs: number): void {
    const status = overallHealth(this.checks.map(({ health }) => health.status));
    if (status !== this.#status) this.#sinceMs = nowMs;
    this.#status = status;
  }

  #published(): readonly CheckHealth[] {
    return this.checks.map(({ check, timing, health }) => ({
      name: nameOfProbe(check),
      as: timing.as,
      ...health,
    }));
  }
}

/** A text that distinguishes one list of checks from another. */
export function wordsOf(written: readonly HealthCheck[]): string {
  return JSON.stringify(written);
}
