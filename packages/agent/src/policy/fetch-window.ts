import { type Clock, type Log, type PolicyGate, stateOfWindows } from "@holdfast/core";

/** What puts off a reload. */
export interface FetchWindowOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: Pick<PolicyGate, "policy" | "cron">;
  /** Asks for the reload again. */
  readonly onOpen: () => void;
}

/** The wall clock may jump: it is asked again after this long. */
const LONGEST_WAIT_MS = 600_000;

/** Whether another desired state may be taken now; one that may not is asked for again when a window opens. */
export class FetchWindow implements Disposable {
  readonly #options: FetchWindowOptions;
  #cancel = (): void => {};

  constructor(options: FetchWindowOptions) {
    this.#options = options;
  }

  /** False puts the reload off. */
  mayFetch(): boolean {
    const { clock, log, policy, onOpen } = this.#options;
    this.#cancel();
    const wallMs = clock.wallMs();
    const state = stateOfWindows(policy.policy().fetchWindows, wallMs, policy.cron);
    if (state.type === "open") return true;
    log.info("the source is not read again before its window opens");
    const delayMs = Math.min((state.untilMs ?? Infinity) - wallMs, LONGEST_WAIT_MS);
    this.#cancel = clock.schedule(delayMs, onOpen);
    return false;
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }
}
