import { type Clock, Fault } from "@holdfast/core";
import type { KillSwitch } from "../kill-switch.ts";

/** After running work was aborted, how long a stop still waits for it to let go. */
const ABORTED_GRACE_MS = 5_000;

/** What a stop acts on. */
export interface StopOptions {
  readonly clock: Clock;
  /** How long running work may go on. */
  readonly graceMs: number;
  readonly killSwitch: KillSwitch;
  /** Running work did not even let go when it was aborted: nobody waits for it any more. */
  readonly onGivenUp: () => void;
}

/** The end of an engine: no new work from `begin` on; what runs gets its grace, then its signals are aborted (D14). */
export class Stop {
  readonly #options: StopOptions;
  #timers: readonly (() => void)[] = [];
  #hasBegun = false;

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
    const { clock, graceMs, killSwitch, onGivenUp } = this.#options;
    this.#timers = [
      clock.schedule(graceMs, () => killSwitch.pull(graceIsOver(graceMs))),
      clock.schedule(graceMs + ABORTED_GRACE_MS, onGivenUp),
    ];
    return true;
  }

  /** Everything has ended. */
  close(): void {
    for (const cancel of this.#timers) cancel();
  }
}

function graceIsOver(graceMs: number): Fault {
  return new Fault({
    reason: "Aborted",
    message: `the work did not end within the ${graceMs} ms that a stop allows`,
    resolution: "Start again: what was cut off is looked at first.",
  });
}
