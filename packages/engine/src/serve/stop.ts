import { type Clock, Fault } from "@holdfast/core";
import type { AbortGroup } from "../abort-group.ts";

/**
 * After running work was aborted, how long a stop still waits for it to let go. A command is asked to end then, and
 * killed with its process group after 5 s: that must be over when the agent goes. What does not let go is given up
 * after 10 s by its caller; this limit is for unbounded work, as a disk that does not answer.
 */
const ABORTED_GRACE_MS = 11_000;

/** What a stop acts on. */
export interface StopOptions {
  readonly clock: Clock;
  /** How long running work may go on. */
  readonly graceMs: number;
  readonly abortGroup: AbortGroup;
  /** Running work did not even let go when it was aborted: it is no longer waited for. */
  readonly onGivenUp: () => void;
}

/** The end of an engine: no new work from `begin` on; what runs gets its grace, then its signals are aborted (D14). */
export class Stop {
  readonly #options: StopOptions;
  #cancelTimer: () => void = () => {};
  #hasBegun = false;
  /** There is no grace: it was taken before the stop began. */
  #isHurried = false;
  #isOver = false;

  constructor(options: StopOptions) {
    this.#options = options;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Begins it; false when it had begun before. */
  begin(): boolean {
    if (this.#hasBegun) return false;
    this.#hasBegun = true;
    if (this.#isHurried) this.#cut(graceIsTaken());
    if (this.#isHurried) return true;
    const { clock, graceMs } = this.#options;
    this.#cancelTimer = clock.schedule(graceMs, () => this.#cut(graceIsOver(graceMs)));
    return true;
  }

  /** Ends the grace of a stop, or of the one that is to come: what runs is asked to end now. */
  hurry(): void {
    this.#isHurried = true;
    if (this.#hasBegun && !this.#isOver) this.#cut(graceIsTaken());
  }

  /** Everything has ended. */
  close(): void {
    this.#isOver = true;
    this.#cancelTimer();
  }

  #cut(fault: Fault): void {
    const { clock, abortGroup, onGivenUp } = this.#options;
    if (abortGroup.signal.aborted) return;
    this.#cancelTimer();
    this.#cancelTimer = clock.schedule(ABORTED_GRACE_MS, onGivenUp);
    abortGroup.abort(fault);
  }
}

function graceIsOver(graceMs: number): Fault {
  return new Fault({
    reason: "Aborted",
    message: `the work did not end within the ${graceMs} ms that a stop allows`,
    resolution: "Start again: interrupted work is observed first.",
  });
}

function graceIsTaken(): Fault {
  return new Fault({
    reason: "Aborted",
    message: "the work was cut off: a second signal waits for nothing",
    resolution: "Start again: interrupted work is observed first.",
  });
}
