import type { Clock } from "@holdfast/core";
import { createAlarm, type Schedule } from "../queue/schedule.ts";

/** When the loop ends by itself. */
export interface ServeOptions {
  /** Ends once nothing changed for this long (D12). 0 or absent: never. */
  readonly timeoutMs?: number;
}

/** What a quiet timer needs. */
export interface QuietTimerOptions {
  readonly schedule: Schedule;
  readonly clock: Clock;
  /** 0 means it never runs out. */
  readonly timeoutMs: number;
  /** True while something is retrying or waiting for its turn. */
  isAnythingOwed(): boolean;
  onQuiet(): void;
}

/** While something is owed, how soon a timer that ran out checks again, at most. */
const RECHECK_MS = 1_000;

/** Ends a loop in which nothing changed for a while (D12): restarts on every change, waits for what is owed. */
export class QuietTimer {
  readonly #options: QuietTimerOptions;
  readonly #alarm = createAlarm(this, (timer) => timer.#ring());

  constructor(options: QuietTimerOptions) {
    this.#options = options;
    this.restart();
  }

  /** Something changed: the whole time again. */
  restart(): void {
    const { schedule, clock, timeoutMs } = this.#options;
    if (timeoutMs > 0) schedule.set(this.#alarm, clock.monotonicMs() + timeoutMs);
  }

  close(): void {
    this.#options.schedule.clear(this.#alarm);
  }

  #ring(): void {
    const { schedule, clock, timeoutMs, isAnythingOwed, onQuiet } = this.#options;
    if (!isAnythingOwed()) return onQuiet();
    schedule.set(this.#alarm, clock.monotonicMs() + Math.min(timeoutMs, RECHECK_MS));
  }
}
