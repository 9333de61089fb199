import { abortFault, type Clock, Fault, throwIfAborted } from "@holdfast/core";

/** dbus-daemon refuses the 129th call in flight of one connection; half of a half leaves room for all versions. */
const MOST_IN_FLIGHT = 32;

/** What one call may take. */
export interface CallBounds {
  /** From the moment it is asked for, waiting for its turn included. */
  readonly timeoutMs: number;
  /** For people: `ListUnitsByNames`. */
  readonly name: string;
}

/** Keeps calls in bounds: so many at once, in the order in which they come, each with its deadline. */
export class CallLimit {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Runs it when it is its turn, and lets its caller go at the deadline or when the signal says so, whatever it does.
   * @throws {Fault} SystemdUnresponsive, when the time is over; Aborted.
   */
  async run<T>(
    { timeoutMs, name }: CallBounds,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    throwIfAborted(signal);
    const deadline = new AbortController();
    const cancel = this.#clock.schedule(timeoutMs, () =>
      deadline.abort(lateFault(name, timeoutMs)),
    );
    const stop = AbortSignal.any([signal, deadline.signal]);
    try {
      await this.#turn(stop);
      return await unlessAborted(work(stop), stop).finally(() => this.#free());
    } finally {
      cancel();
    }
  }

  async #turn(stop: AbortSignal): Promise<void> {
    if (this.#inFlight < MOST_IN_FLIGHT) {
      this.#inFlight += 1;
      return;
    }
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn.resolve);
    try {
      await unlessAborted(turn.promise, stop);
    } catch (error) {
      const position = this.#waiting.indexOf(turn.resolve);
      // Its turn may have come in the same moment: then it is somebody else's.
      if (position === -1) this.#free();
      else this.#waiting.splice(position, 1);
      throw error;
    }
  }

  #free(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inFlight -= 1;
    else next();
  }
}

/** The work's own end, or the abort, whatever comes first. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(abortFault(signal));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  work.catch(() => {});
  aborted.promise.catch(() => {});
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function lateFault(name: string, timeoutMs: number): Fault {
  return new Fault({
    reason: "SystemdUnresponsive",
    message: `systemd did not answer ${name} within ${timeoutMs / 1_000} s`,
    resolution: "None; it is tried again. If this repeats, see what PID 1 is doing.",
  });
}
