import type { Clock } from "@holdfast/core";
import TinyQueue from "tinyqueue";

/** One thing that is due at a time. It can be moved; it is in the schedule once, however often that happens. */
export interface Alarm {
  /** When it is due, monotonic milliseconds; `undefined` when it is not set. */
  atMs: number | undefined;
  /** The time under which the schedule holds it; may be earlier than `atMs`, never later. Only the schedule sets it. */
  heldAtMs: number | undefined;
  ring(): void;
}

/** An alarm that is not set. What it calls may be shared: `owner` is what it is called with. */
export function createAlarm<Owner>(owner: Owner, ring: (owner: Owner) => void): Alarm {
  return new OwnedAlarm(owner, ring);
}

/** Thousands of resources have alarms: one closure less for each of them. */
class OwnedAlarm<Owner> implements Alarm {
  atMs: number | undefined = undefined;
  heldAtMs: number | undefined = undefined;
  readonly #owner: Owner;
  readonly #ring: (owner: Owner) => void;

  constructor(owner: Owner, ring: (owner: Owner) => void) {
    this.#owner = owner;
    this.#ring = ring;
  }

  ring(): void {
    this.#ring(this.#owner);
  }
}

interface Held {
  readonly atMs: number;
  readonly alarm: Alarm;
}

/**
 * Many alarms on one timer of the clock. Setting and moving cost a logarithm; an alarm that was moved later stays where
 * it is until then, so that a resource that is observed often does not fill the queue.
 */
export class Schedule {
  readonly #clock: Clock;
  readonly #queue = new TinyQueue<Held>([], (a, b) => a.atMs - b.atMs);
  #cancelTimer: (() => void) | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets or moves an alarm. */
  set(alarm: Alarm, atMs: number): void {
    alarm.atMs = atMs;
    if (alarm.heldAtMs !== undefined && alarm.heldAtMs <= atMs) return;
    alarm.heldAtMs = atMs;
    this.#queue.push({ atMs, alarm });
    if (atMs < this.#timerAtMs) this.#arm(atMs);
  }

  /** Unsets an alarm; harmless when it is not set. */
  clear(alarm: Alarm): void {
    alarm.atMs = undefined;
  }

  /** For how long the timer has been due and did not fire, in milliseconds; 0 when it is not late. O(1). */
  overdueMs(): number {
    const now = this.#clock.monotonicMs();
    return now - Math.min(now, this.#queue.peek()?.atMs ?? now);
  }

  /** Stops the timer; no alarm rings any more. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAtMs = Number.NEGATIVE_INFINITY;
  }

  #arm(atMs: number): void {
    this.#cancelTimer?.();
    this.#timerAtMs = atMs;
    const delayMs = Math.max(0, atMs - this.#clock.monotonicMs());
    this.#cancelTimer = this.#clock.schedule(delayMs, () => this.#ringDue());
  }

  #ringDue(): void {
    const now = this.#clock.monotonicMs();
    this.#cancelTimer = undefined;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    const due: Alarm[] = [];
    for (
      let next = this.#queue.peek();
      next !== undefined && next.atMs <= now;
      next = this.#queue.peek()
    ) {
      this.#queue.pop();
      this.#settle(next, now, due);
    }
    for (const alarm of due) alarm.ring();
    const next = this.#queue.peek();
    if (next !== undefined && next.atMs < this.#timerAtMs) this.#arm(next.atMs);
  }

  #settle(held: Held, now: number, due: Alarm[]): void {
    const { alarm } = held;
    if (alarm.heldAtMs !== held.atMs) return;
    alarm.heldAtMs = undefined;
    if (alarm.atMs === undefined) return;
    if (alarm.atMs > now) {
      alarm.heldAtMs = alarm.atMs;
      this.#queue.push({ atMs: alarm.atMs, alarm });
      return;
    }
    alarm.atMs = undefined;
    due.push(alarm);
  }
}
