import { Fault, type ProbeOutcome, wordsOfHealth } from "@holdfast/core";
import { jittered } from "../queue/backoff.ts";
import { Fifo } from "../queue/fifo.ts";
import { createAlarm } from "../queue/schedule.ts";
import { isHoldingBack } from "../reconcile/blame.ts";
import { tellDependents } from "../reconcile/settle.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Replacement } from "../records/resource-store.ts";
import type { Runtime } from "../runtime.ts";
import { answerLiveness } from "./answer-liveness.ts";
import { HealthRecord, type KeptCheck, wordsOf } from "./health-record.ts";
import { beginProbe } from "./probe.ts";

/** Probes under way at once: what waits for answers costs little, and a machine asked by hundreds at once would not answer. */
const MOST_AT_ONCE = 16;
/** A probe that was asked to end and does not let go is no longer waited for. */
const ABANDON_AFTER_MS = 10_000;

/** A check whose time has come. */
interface Due {
  readonly record: ResourceRecord;
  readonly healthRecord: HealthRecord;
  readonly kept: KeptCheck;
  readonly epoch: number;
}

/**
 * The health checks of all resources (K11). What is Ready is probed: while serving, and in a single pass where
 * somebody waits for it to be ready. Probes run beside the runs of resources: in no lane, and holding no worker.
 */
export class HealthChecks {
  readonly #runtimeOf: () => Runtime;
  readonly #records = new Map<ResourceRecord, HealthRecord>();
  readonly #due = new Fifo<Due>();
  readonly #stop = new AbortController();
  /** Probes that have not let go. */
  readonly #out = new Set<Promise<void>>();
  #running = 0;

  constructor(runtimeOf: () => Runtime) {
    this.#runtimeOf = runtimeOf;
  }

  /** Takes over the checks of what is declared. What says the same as before keeps what is known (D18). */
  follow({ gone, changed }: Replacement): void {
    for (const record of gone) this.#drop(record);
    for (const record of changed) {
      const written = record.declared.resource.meta.health;
      if (written === undefined && record.health === undefined) continue;
      const known = this.#records.get(record);
      if (written !== undefined && known?.words === wordsOf(written)) continue;
      this.#drop(record);
      if (written === undefined) continue;
      const nowMs = this.#runtime.clock.monotonicMs();
      const alarmOf = (position: number) =>
        createAlarm(record, () => this.#ring(record, healthRecord, position));
      const healthRecord: HealthRecord = new HealthRecord({ written, nowMs, alarmOf });
      record.health = healthRecord;
      this.#records.set(record, healthRecord);
    }
  }

  /** A run has ended: what is Ready is probed, what has changed is to prove itself afresh. */
  note(record: ResourceRecord): void {
    const { status, lastRun } = record;
    const healthRecord = this.#records.get(record);
    if (healthRecord === undefined) return;
    const isReady = status.type === "Ready";
    const hasChanged = isReady && lastRun?.result?.status === "changed";
    if (hasChanged || (!isReady && healthRecord.isProbed)) {
      this.#halt(healthRecord);
      healthRecord.begin(this.#runtime.clock.monotonicMs());
    }
    if (isReady && !healthRecord.isProbed) this.#start(record, healthRecord);
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
  #drop(record: ResourceRecord): void {
    const healthRecord = this.#records.get(record);
    if (healthRecord === undefined) return;
    this.#halt(healthRecord);
    this.#announce(record, healthRecord, true);
    this.#records.delete(record);
    record.health = undefined;
  }

  #halt(healthRecord: HealthRecord): void {
    healthRecord.isProbed = false;
    for (const { alarm } of healthRecord.checks) this.#runtime.schedule.clear(alarm);
  }

  #start(record: ResourceRecord, healthRecord: HealthRecord): void {
    const { schedule, clock } = this.#runtime;
    healthRecord.isProbed = true;
    for (const { alarm, timing } of healthRecord.checks) {
      if (!this.#isWanted(record, timing.as === "readiness")) continue;
      schedule.set(alarm, clock.monotonicMs() + timing.initialDelayMs);
    }
  }

  /** In a single pass only resources that others wait for are checked. */
  #isWanted({ dependents }: ResourceRecord, isReadiness: boolean): boolean {
    return this.#runtime.isServing() || (isReadiness && dependents.length > 0);
  }

  #ring(record: ResourceRecord, healthRecord: HealthRecord, position: number): void {
    const kept = healthRecord.checks[position];
    if (kept === undefined || this.#stop.signal.aborted) return;
    this.#due.push({ record, healthRecord, kept, epoch: healthRecord.epoch });
    this.#pump();
  }

  #pump(): void {
    while (this.#running < MOST_AT_ONCE && !this.#runtime.isStopping()) {
      const due = this.#due.shift();
      if (due === undefined) return;
      if (due.healthRecord.epoch === due.epoch && due.healthRecord.isProbed) void this.#probe(due);
    }
  }

  async #probe(due: Due): Promise<void> {
    const { healthRecord, kept } = due;
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
    const isCurrent = healthRecord.epoch === due.epoch && healthRecord.isProbed;
    if (isCurrent && !this.#runtime.isStopping()) await this.#learn(due, answer);
    this.#pump();
  }

  async #learn({ record, healthRecord, kept }: Due, answer: ProbeOutcome): Promise<void> {
    const { clock, redaction } = this.#runtime;
    const outcome =
      answer.type === "failed" ? { ...answer, why: redaction.text(answer.why) } : answer;
    const wasUnready = healthRecord.unready;
    healthRecord.learn(kept, outcome, clock.monotonicMs());
    this.#announce(record, healthRecord, false);
    if (healthRecord.unready !== wasUnready) {
      // Checks may be new to it: each dependent whose state contradicts this one observes again, whatever it was
      // before.
      const wasBlocking = !isHoldingBack(record);
      tellDependents(this.#runtime, record, { hasChanged: false, wasBlocking });
    }
    await answerLiveness(this.#runtime, { record, healthRecord, kept });
  }

  /** Publishes once that it is unhealthy, and once that it is healthy again or no longer checked. */
  #announce({ id }: ResourceRecord, healthRecord: HealthRecord, isOver: boolean): void {
    const subject = `health of ${id}`;
    const isUnhealthy = healthRecord.status === "Unhealthy" && !isOver;
    const isRecovered = healthRecord.status === "Healthy" || isOver;
    if (isUnhealthy && !healthRecord.isPublished) {
      healthRecord.isPublished = true;
      const words = wordsOfHealth(healthRecord.shown().checks);
      this.#runtime.events({ type: "degraded", subject, fault: unhealthy(id, words).toJSON() });
    } else if (isRecovered && healthRecord.isPublished) {
      healthRecord.isPublished = false;
      this.#runtime.events({ type: "recovered", subject });
    }
  }
}

function unhealthy(id: string, words: string): Fault {
  return new Fault({
    reason: "HealthCheckFailed",
    message: `${id} is as declared, but not healthy: ${words}`,
    resolution: "Check what it runs; its dependents go on when it is ready.",
  });
}
