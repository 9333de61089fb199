import { type Fault, type FaultData, grownDelayMs, toFault, type Watch } from "@holdfast/core";
import { createAlarm } from "../queue/schedule.ts";
import type { Runtime } from "../runtime.ts";
import { endedQuietly, openedTooLate } from "./watch-faults.ts";

/** Waits between restarts of a watch (D9). */
const RESTART = { baseMs: 1_000, capMs: 300_000 };
/** A watch that is not live by then has failed. */
const OPEN_WITHIN_MS = 30_000;
/** The opener of a watch waits no longer than this for it: other watches must not depend on it. */
const PATIENCE_MS = 1_000;
/** A watch that is over lets go of what it held within this time, or is left alone. */
const LET_GO_WITHIN_MS = 5_000;
/** A watch that was live for this long is healthy: the next failure starts from the base again. */
const HEALTHY_AFTER_MS = 60_000;

/** What is kept watched. */
export interface KeptWatchOptions {
  /** Of what, for people and for events: `watch:<name>`. */
  readonly name: string;
  /** Opens what is to be watched at the moment. */
  readonly open: () => Promise<Watch>;
  /** Anything watched may have changed without a hint: it is to be observed. */
  readonly onGap: (trigger: string) => void;
}

/** How a watch is. Times are monotonic milliseconds. */
export interface WatchStatus {
  /** Of what: a kind, or `condition-<type>`. */
  readonly name: string;
  readonly isLive: boolean;
  /** Since when it is so. */
  readonly sinceMs: number;
  /** Failures without a healthy stretch between them. */
  readonly failures: number;
  /** Why it is not live. */
  readonly fault?: FaultData;
  /** When it is opened again. */
  readonly retryAtMs?: number;
}

/** A watch that is opened again with backoff whenever it fails (D9). */
export class KeptWatch {
  readonly #runtime: Runtime;
  readonly #options: KeptWatchOptions;
  readonly #restart = createAlarm(this, (watch) => void watch.open());
  #watch: Watch | undefined;
  #sinceMs: number;
  #fault: FaultData | undefined;
  /** `undefined` while it is not live. */
  #liveSinceMs: number | undefined;
  #failures = 0;
  /** Counts them, so that of two at once only the newer is kept. */
  #openings = 0;
  #isClosed = false;
  /** Its opener did not wait until it was live: a watched path may have changed since it was observed. */
  #isMissed = false;
  /** Settles when watches that are over have let go of what they held. */
  #lettingGo: Promise<void> = Promise.resolve();

  constructor(runtime: Runtime, options: KeptWatchOptions) {
    this.#runtime = runtime;
    this.#options = options;
    this.#sinceMs = runtime.clock.monotonicMs();
  }

  get status(): WatchStatus {
    const { atMs } = this.#restart;
    return {
      name: this.#options.name,
      isLive: this.isLive,
      sinceMs: this.#sinceMs,
      failures: this.#failures,
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
      ...(atMs === undefined ? {} : { retryAtMs: atMs }),
    };
  }

  get isLive(): boolean {
    return this.#watch !== undefined;
  }

  /**
   * Opens the watch; a failure is reported and tried again later. After a failure everything is observed. Resolves when
   * the watch is live, has failed, or takes long; then everything is observed when it is live.
   */
  open(): Promise<void> {
    return this.#inPatience(this.#openNow());
  }

  /** Opens it anew, because something else is to be watched; the old watch stays open until the new one is live. */
  renew(): Promise<void> {
    const old = this.#watch;
    this.#watch = undefined;
    const opening = this.#openNow().then(() => {
      if (old !== undefined) void this.#letGo(old);
    });
    return this.#inPatience(opening);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#runtime.schedule.clear(this.#restart);
    const watch = this.#watch;
    this.#watch = undefined;
    if (watch !== undefined) void this.#letGo(watch);
    await this.#lettingGo;
  }

  async #openNow(): Promise<void> {
    if (this.#isClosed) return;
    this.#runtime.schedule.clear(this.#restart);
    this.#openings += 1;
    const opening = this.#openings;
    const isOutdated = (): boolean => this.#isClosed || opening !== this.#openings;
    try {
      const watch = await this.#openInTime(this.#options.open());
      if (isOutdated()) return await this.#letGo(watch);
      this.#adopt(watch);
      if (this.#failures > 0) this.#announceRecovery();
      else if (this.#isMissed) this.#options.onGap("its watch is live");
      this.#isMissed = false;
    } catch (error) {
      // What was opened since tells how the watch is.
      if (!isOutdated()) this.#fail(toFault(error));
    }
  }

  /**
   * Has the live watch watch something else; `change` returns `undefined` where it cannot. Then, and when none is live, it
   * is opened anew. What does not come to an end in time ends the watch.
   */
  update(change: (watch: Watch) => Promise<void> | undefined): Promise<void> {
    const watch = this.#watch;
    const changing = watch && change(watch);
    if (watch === undefined || changing === undefined) return this.renew();
    return this.#inPatience(this.#updateNow(watch, changing));
  }

  async #updateNow(watch: Watch, changing: Promise<void>): Promise<void> {
    try {
      await this.#inTime(changing);
      if (this.#isMissed) this.#options.onGap("its watch is live");
      this.#isMissed = false;
    } catch (error) {
      if (this.#watch !== watch) return;
      this.#watch = undefined;
      void this.#letGo(watch);
      this.#fail(toFault(error));
    }
  }

  async #inPatience(opening: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<void>();
    const cancel = this.#runtime.clock.schedule(PATIENCE_MS, () => {
      this.#isMissed = true;
      late.resolve();
    });
    await Promise.race([opening, late.promise]);
    cancel();
  }

  /** A watch that hangs is taken for one that failed: the others do not wait for it. */
  async #openInTime(opening: Promise<Watch>): Promise<Watch> {
    try {
      return await this.#inTime(opening);
    } catch (error) {
      // Should it open after all, it is not needed any more.
      opening.then((watch) => this.#letGo(watch)).catch(() => {});
      throw error;
    }
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const cancel = this.#runtime.clock.schedule(OPEN_WITHIN_MS, () =>
      late.reject(openedTooLate(this.#options.name, OPEN_WITHIN_MS)),
    );
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      cancel();
    }
  }

  #adopt(watch: Watch): void {
    this.#watch = watch;
    this.#liveSinceMs = this.#runtime.clock.monotonicMs();
    this.#sinceMs = this.#liveSinceMs;
    this.#fault = undefined;
    void watch.ended.then((fault) => {
      if (this.#watch !== watch) return;
      this.#watch = undefined;
      void this.#letGo(watch);
      this.#fail(fault ?? endedQuietly(this.#options.name));
    });
  }

  /** Also a watch that ended by itself holds directories, timers and children until it is disposed. */
  #letGo(watch: Watch): Promise<void> {
    const gone = this.#dispose(watch);
    this.#lettingGo = Promise.all([this.#lettingGo, gone]).then(() => {});
    return gone;
  }

  /** One that does not let go is not waited for: what hangs there may be why it ended. */
  async #dispose(watch: Watch): Promise<void> {
    const { log, clock } = this.#runtime;
    const { name } = this.#options;
    const late = Promise.withResolvers<string>();
    const cancel = clock.schedule(LET_GO_WITHIN_MS, () => late.resolve("it does not let go"));
    const gone = watch[Symbol.asyncDispose]().then(() => undefined, String);
    const trouble = await Promise.race([gone, late.promise]);
    cancel();
    if (trouble !== undefined) {
      log.warn("what a watch held may not be free", { name, error: trouble });
    }
  }

  #fail(fault: Fault): void {
    if (this.#isClosed) return;
    const now = this.#runtime.clock.monotonicMs();
    const wasHealthy =
      this.#liveSinceMs !== undefined && now - this.#liveSinceMs >= HEALTHY_AFTER_MS;
    if (wasHealthy) this.#failures = 0;
    // A watch that still cannot be opened is down since it went down.
    if (this.#fault === undefined) this.#sinceMs = now;
    this.#fault = fault.toJSON();
    this.#liveSinceMs = undefined;
    this.#failures += 1;
    const delayMs = grownDelayMs(this.#failures, RESTART);
    this.#runtime.schedule.set(this.#restart, now + delayMs);
    this.#runtime.events({ type: "degraded", subject: this.#subject(), fault: fault.toJSON() });
    this.#options.onGap("its watch ended");
  }

  #announceRecovery(): void {
    this.#runtime.events({ type: "recovered", subject: this.#subject() });
    this.#options.onGap("its watch is live again");
  }

  #subject(): string {
    return `watch:${this.#options.name}`;
  }
}
