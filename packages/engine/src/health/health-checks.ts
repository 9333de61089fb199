import { Fault, type ProbeOutcome, wordsOfHealth } from "@holdfast/core";
import { jittered } from "../queue/backoff.ts";
import { Fifo } from "../queue/fifo.ts";
import { createAlarm } from "../queue/schedule.ts";
import { isHoldingBack } from "../reconcile/blame.ts";
import { tellDependents } from "../reconcile/settle.ts";
import type { Tracked } from "../reconcile/tracked.ts";
import type { Runtime } from "../runtime.ts";
import { answerLiveness } from "./answer-liveness.ts";
import { HealthRecord, type KeptCheck, wordsOf } from "./health-record.ts";
import { beginProbe } from "./probe.ts";

/** Probes under way at once: what waits for answers costs little, and a machine asked by hundreds at once would not answer. */
const MOST_AT_ONCE = 16;
/** What has been told to end and does not let go is no longer waited for. */
const ABANDON_AFTER_MS = 10_000;

/** A check whose time has come. */
interface Due {
  readonly tracked: Tracked;
  readonly record: HealthRecord;
  readonly kept: KeptCheck;
  readonly epoch: number;
}

/**
 * The health checks of all resources (K11). What is Ready is probed: while serving, and in a single pass where
 * somebody waits for it to be ready. Probes run beside the runs of resources: in no lane, and holding no worker.
 */
export class HealthChecks {
  readonly #runtimeOf: () => Runtime;
  readonly #records = new Map<Tracked, HealthRecord>();
  readonly #due = new Fifo<Due>();
  readonly #stop = new AbortController();
  /** Probes that have not let go. */
  readonly #out = new Set<Promise<void>>();
  #running = 0;

  constructor(runtimeOf: () => Runtime) {
    this.#runtimeOf = runtimeOf;
  }

  /** Takes over the checks of what is declared. What says the same as before keeps what is known (D18). */
  follow(resources: readonly Tracked[]): void {
    for (const known of this.#records.keys()) if (known.isRemoved) this.#drop(known);
    for (const tracked of resources) {
      const written = tracked.declared.resource.meta.health;
      const known = this.#records.get(tracked);
      if (written !== undefined && known?.words === wordsOf(written)) continue;
      this.#drop(tracked);
      if (written === undefined) continue;
      const nowMs = this.#runtime.clock.monotonicMs();
      const alarmOf = (position: number) =>
        createAlarm(tracked, () => this.#ring(tracked, record, position));
      const record: HealthRecord = new HealthRecord({ written, nowMs, alarmOf });
      tracked.health = record;
      this.#records.set(tracked, record);
    }
  }

  /** A run has ended: what is Ready is probed, what has changed is to prove itself afresh. */
  note(tracked: Tracked): void {
    const { status, lastRun } = tracked;
    const record = this.#records.get(tracked);
    if (record === undefined) return;
    const isReady = status.type === "Ready";
    const hasChanged = isReady && lastRun?.result?.status === "changed";
    if (hasChanged || (!isReady && record.isProbed)) {
      this.#halt(record);
      record.begin(this.#runtime.clock.monotonicMs());
    }
    if (isReady && !record.isProbed) this.#start(tracked, record);
  }

  /** Ends every probe; resolves when they have let go, or do not. */
  async close(): Promise<void> {
    this.#stop.abort(
      new Fault({
        reason: "Aborted",
        message: "the agent stops",
        resolution: "Nothing to do: health is checked again after the next start.",
      }),
    );
    if (this.#out.size === 0) return;
    const late = Promise.withResolvers<void>();
    const cancel = this.#runtime.clock.schedule(ABANDON_AFTER_MS, () => late.resolve());
    await Promise.race([Promise.all(this.#out), late.promise]);
    cancel();
  }

  get #runtime(): Runtime {
    return this.#runtimeOf();
  }

  /** Ends the checks of a resource. */
  #drop(tracked: Tracked): void {
    const record = this.#records.get(tracked);
    if (record === undefined) return;
    this.#halt(record);
    this.#announce(tracked, record, true);
    this.#records.delete(tracked);
    tracked.health = undefined;
  }

  #halt(record: HealthRecord): void {
    record.isProbed = false;
    for (const { alarm } of record.checks) this.#runtime.schedule.clear(alarm);
  }

  #start(tracked: Tracked, record: HealthRecord): void {
    const { schedule, clock } = this.#runtime;
    record.isProbed = true;
    for (const { alarm, timing } of record.checks) {
      if (!this.#isWanted(tracked, timing.as === "readiness")) continue;
      schedule.set(alarm, clock.monotonicMs() + timing.initialDelayMs);
    }
  }

  /** In a single pass only those are asked for whom somebody waits. */
  #isWanted({ dependents }: Tracked, isReadiness: boolean): boolean {
    return this.#runtime.isServing() || (isReadiness && dependents.length > 0);
  }

  #ring(tracked: Tracked, record: HealthRecord, position: number): void {
    const kept = record.checks[position];
    if (kept === undefined || this.#stop.signal.aborted) return;
    this.#due.push({ tracked, record, kept, epoch: record.epoch });
    this.#pump();
  }

  #pump(): void {
    while (this.#running < MOST_AT_ONCE && !this.#runtime.isStopping()) {
      const due = this.#due.shift();
      if (due === undefined) return;
      if (due.record.epoch === due.epoch && due.record.isProbed) void this.#probe(due);
    }
  }

  async #probe(due: Due): Promise<void> {
    const { record, kept } = due;
    const { schedule, clock, random } = this.#runtime;
    schedule.set(kept.alarm, clock.monotonicMs() + jittered(kept.timing.periodMs, random));
    if (kept.isOut) {
      return this.#learn(due, { type: "failed", why: "the probe before has not let go yet" });
    }
    this.#running += 1;
    kept.isOut = true;
    const { outcome, over } = beginProbe(this.#runtime, kept.check, this.#stop.signal);
    this.#out.add(over);
    void over.then(() => {
      kept.isOut = false;
      this.#out.delete(over);
    });
    const answer = await outcome;
    this.#running -= 1;
    const isCurrent = record.epoch === due.epoch && record.isProbed;
    if (isCurrent && !this.#runtime.isStopping()) await this.#learn(due, answer);
    this.#pump();
  }

  async #learn({ tracked, record, kept }: Due, answer: ProbeOutcome): Promise<void> {
    const { clock, concealment } = this.#runtime;
    const outcome =
      answer.type === "failed" ? { ...answer, why: concealment.text(answer.why) } : answer;
    const wasUnready = record.unready;
    record.learn(kept, outcome, clock.monotonicMs());
    this.#announce(tracked, record, false);
    if (record.unready !== wasUnready) {
      // Checks may be new to it: whoever does not stand as this says is to look, however it was before.
      const wasBlocking = !isHoldingBack(tracked);
      tellDependents(this.#runtime, tracked, { hasChanged: false, wasBlocking });
    }
    await answerLiveness(this.#runtime, { tracked, record, kept });
  }

  /** Tells once that it is unhealthy, and once that it is healthy again or nobody asks any more. */
  #announce({ id }: Tracked, record: HealthRecord, isOver: boolean): void {
    const subject = `health of ${id}`;
    const isUnhealthy = record.status === "Unhealthy" && !isOver;
    const isRecovered = record.status === "Healthy" || isOver;
    if (isUnhealthy && !record.isTold) {
      record.isTold = true;
      const words = wordsOfHealth(record.shown().checks);
      this.#runtime.events({ type: "degraded", subject, fault: unhealthy(id, words).toJSON() });
    } else if (isRecovered && record.isTold) {
      record.isTold = false;
      this.#runtime.events({ type: "recovered", subject });
    }
  }
}

function unhealthy(id: string, words: string): Fault {
  return new Fault({
    reason: "HealthCheckFailed",
    message: `${id} is as declared, but not healthy: ${words}`,
    resolution: "Look at what it runs; what depends on it goes on when it is ready.",
  });
}
