import { abortFault, type Clock, Fault } from "@holdfast/core";
import type { Runtime } from "../runtime.ts";
import type { AbortGroup } from "../abort-group.ts";
import type { ResourceRecord } from "../records/resource-record.ts";

/** After its signal was aborted, how long work may take to let go before it is given up. */
export const ABANDON_AFTER_MS = 10_000;

/** What is done within a bound. */
export interface BoundedWork<T> {
  readonly record: ResourceRecord;
  /** Records that the same work concerns: the rest of a batch. */
  readonly others?: readonly ResourceRecord[];
  /** For the message: `observe`, `apply`, … */
  readonly verb: string;
  /** The asker of an observation that is no part of a run of the resource; see `Subject`. */
  readonly asker?: AbortGroup | undefined;
  /** `signal()` makes the signal when it is first asked for: most observations never need one. */
  run(signal: () => AbortSignal): T | Promise<T>;
}

/**
 * Runs a kind's work with the resource's deadline. When time is up its signal is aborted; work that does not let go
 * even then is given up: the caller goes on with a fault, and the resource counts as stuck until that work ends, so
 * that two writers never meet; an observation that is no part of a run leaves it as it is. Work that answers at once is
 * answered at once.
 * @throws {Fault} ResourceTimeout; or what the work threw.
 */
export function bounded<T>(runtime: Runtime, work: BoundedWork<T>): T | Promise<T> {
  const deadline = new Deadline(runtime, work);
  const answer = work.run(() => deadline.signal());
  return answer instanceof Promise ? deadline.over(answer) : answer;
}

/** The deadline of one piece of work. */
class Deadline {
  readonly #runtime: Runtime;
  readonly #work: BoundedWork<unknown>;
  /** Most work answers at once and needs none. */
  #timer: Timer | undefined;
  #giveUp: (fault: Fault) => void = () => {};
  #controller: AbortController | undefined;
  #expired: Fault | undefined;
  #isGivenUp = false;

  constructor(runtime: Runtime, work: BoundedWork<unknown>) {
    this.#runtime = runtime;
    this.#work = work;
  }

  signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#expired) this.#controller.abort(this.#expired);
    return this.#controller.signal;
  }

  /** Puts work that is under way under the deadline. */
  over<T>(answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#begin(reject);
      answer.then(
        (value) => {
          if (this.#settle()) resolve(value);
        },
        (error: unknown) => {
          if (this.#settle()) reject(this.#reasonOf(error));
        },
      );
    });
  }

  /** Time is up: for the work, or, when it was aborted before, for letting go. */
  expire(): void {
    if (this.#expired === undefined) this.abort(this.#timeoutFault());
    else {
      this.#isGivenUp = true;
      if (this.#work.asker === undefined)
        for (const one of this.#records()) stick(this.#runtime, one);
      this.#giveUp(this.#expired);
    }
  }

  /** Asks the work to end. */
  abort(fault: Fault): void {
    if (this.#expired !== undefined) return;
    this.#expired = fault;
    this.#controller?.abort(fault);
    this.#timer?.set(ABANDON_AFTER_MS);
  }

  #begin(giveUp: (fault: Fault) => void): void {
    const { record, asker } = this.#work;
    this.#giveUp = giveUp;
    this.#timer =
      asker === undefined
        ? alarmOf(this.#runtime, record, this)
        : timerOf(this.#runtime.clock, this);
    this.#timer.set(this.#timeoutMs());
    for (const abortGroup of this.#abortGroups()) {
      abortGroup.add(this);
      if (abortGroup.signal.aborted) this.abort(abortFault(abortGroup.signal));
    }
  }

  /** The work ended. False when it had been given up: then no caller waits for it. */
  #settle(): boolean {
    this.#timer?.clear();
    for (const abortGroup of this.#abortGroups()) abortGroup.remove(this);
    if (!this.#isGivenUp) return true;
    if (this.#work.asker === undefined)
      for (const one of this.#records()) unstick(this.#runtime, one);
    return false;
  }

  #records(): readonly ResourceRecord[] {
    const { record, others = [] } = this.#work;
    return [record, ...others];
  }

  /** Work that ends because we aborted it failed for our reason, which it may say with more words. */
  #reasonOf(error: unknown): unknown {
    if (this.#expired === undefined) return error;
    return stemsFrom(error, this.#expired) ? error : this.#expired;
  }

  #abortGroups(): readonly AbortGroup[] {
    const { abortGroup } = this.#runtime;
    const { asker = abortGroup } = this.#work;
    return asker === abortGroup ? [abortGroup] : [abortGroup, asker];
  }

  #timeoutMs(): number {
    const { resourceTimeoutMs } = this.#runtime.numbers;
    const own = this.#records().map(({ declared }) => declared.resource.meta.timeoutMs);
    return Math.max(...own.map((timeoutMs) => timeoutMs ?? resourceTimeoutMs));
  }

  #timeoutFault(): Fault {
    const { record, verb } = this.#work;
    return new Fault({
      reason: "ResourceTimeout",
      message: `${verb} of ${record.id} did not end within ${this.#timeoutMs()} ms`,
      resolution: "Find what it waits for, or give the resource a longer meta.timeoutMs.",
    });
  }
}

/** Wakes a deadline. */
interface Timer {
  set(delayMs: number): void;
  clear(): void;
}

/**
 * The resource's own alarm, so that one that is observed often does not fill the schedule: its run does one thing at
 * a time.
 */
function alarmOf({ clock, schedule }: Runtime, record: ResourceRecord, deadline: Deadline): Timer {
  return {
    set(delayMs) {
      record.deadline = deadline;
      record.alarms.set("deadline", clock.monotonicMs() + delayMs, schedule);
    },
    clear() {
      if (record.deadline !== deadline) return;
      record.alarms.clear("deadline", schedule);
      record.deadline = undefined;
    },
  };
}

function timerOf(clock: Clock, deadline: Deadline): Timer {
  let cancel = (): void => {};
  return {
    set(delayMs) {
      cancel();
      cancel = clock.schedule(delayMs, () => deadline.expire());
    },
    clear: () => cancel(),
  };
}

function stick(runtime: Runtime, record: ResourceRecord): void {
  record.isStuck = true;
  runtime.log.warn("work was given up and may still be running", { id: record.id });
}

function unstick(runtime: Runtime, record: ResourceRecord): void {
  record.isStuck = false;
  runtime.release(record);
  runtime.log.info("work that was given up has ended", { id: record.id });
  runtime.hint(record, "retry", "the work that hung has ended");
}

/** So many may add their words to one fault. */
const MOST_CAUSES = 10;

function stemsFrom(error: unknown, root: Fault): boolean {
  let cause = error;
  for (let depth = 0; depth < MOST_CAUSES && cause instanceof Fault; depth++) {
    if (cause === root) return true;
    cause = cause.cause;
  }
  return false;
}
