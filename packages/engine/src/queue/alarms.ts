import { type Alarm, createAlarm, type Schedule } from "./schedule.ts";

/** Why a resource wants attention at a time. */
export type AlarmName = "retry" | "window" | "limit" | "gate" | "resync" | "deadline";

/** What each alarm of an owner does. */
export type Timers<Owner> = Readonly<Record<AlarmName, (owner: Owner) => void>>;

/**
 * The times at which a resource wants attention. An alarm is made when it is first set: of most resources only the
 * resync ever is, and there are thousands.
 */
export class Alarms<Owner> {
  readonly #owner: Owner;
  readonly #timers: Timers<Owner>;
  readonly #made: Partial<Record<AlarmName, Alarm>> = {};

  /** `timers` is shared by all owners. */
  constructor(owner: Owner, timers: Timers<Owner>) {
    this.#owner = owner;
    this.#timers = timers;
  }

  /** When it is due, monotonic milliseconds; `undefined` when it is not set. */
  at(name: AlarmName): number | undefined {
    return this.#made[name]?.atMs;
  }

  /** Sets or moves one. */
  set(name: AlarmName, atMs: number, schedule: Schedule): void {
    this.#made[name] ??= createAlarm(this.#owner, this.#timers[name]);
    schedule.set(this.#made[name], atMs);
  }

  /** Unsets one; harmless when it is not set. */
  clear(name: AlarmName, schedule: Schedule): void {
    const alarm = this.#made[name];
    if (alarm !== undefined) schedule.clear(alarm);
  }

  /** Unsets all that ask for a run; the deadline of one that is under way stays. */
  clearRuns(schedule: Schedule): void {
    for (const name of ["retry", "window", "limit", "gate", "resync"] as const)
      this.clear(name, schedule);
  }
}
