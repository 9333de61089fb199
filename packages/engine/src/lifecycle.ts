import { assert, type Clock, type Intent } from "@holdfast/core";
import type { AbortGroup } from "./abort-group.ts";
import { pauseEvent } from "./pause-event.ts";
import type { Schedule } from "./queue/schedule.ts";
import { closeCutOff } from "./operations/operate.ts";
import { clearOrphanedIntents } from "./reconcile/stale-temporaries.ts";
import type { Runtime } from "./runtime.ts";
import { QuietTimer, type ServeOptions } from "./serve/quiet-timer.ts";
import { Stop } from "./serve/stop.ts";

/** What a lifecycle acts on. */
export interface LifecycleOptions {
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly graceMs: number;
  readonly abortGroup: AbortGroup;
  /** Aborted when a stop shall not wait any longer for what runs. */
  readonly graceEnds: AbortSignal | undefined;
  /** The runtime holds the lifecycle, so it is asked for only when it is complete. */
  readonly runtimeOf: () => Runtime;
  /** Starts whatever may start. */
  readonly pump: () => void;
  /** Something will be done without a further request. */
  readonly isAnythingOwed: () => boolean;
  /** A stop has begun: no caller gets an answer any more. */
  readonly onStop: () => void;
}

/** What the engine begins with. */
interface Beginning {
  /** Intents of resources that are no longer declared. */
  readonly orphaned: readonly Intent[];
  /** Of operations that the last agent was in the middle of. */
  readonly cutOff: readonly Intent[];
  readonly resources: number;
}

/**
 * From idle through one pass, or a pass and the loop, to the end. It says when work may begin, when a pass is over, and
 * when the loop ends; it does no work of its own.
 */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #stop: Stop;
  #quietTimer: QuietTimer | undefined;
  /** What attempts left whose resources are no longer declared is being cleared. */
  #clearing: Promise<void> = Promise.resolve();
  #phase: "idle" | "converging" | "serving" | "over" = "idle";
  /** The first pass has begun. */
  #isOpen = false;
  /** The first pass is over and the loop has begun. */
  #isSettled = false;
  #whenQuiet: PromiseWithResolvers<void> | undefined;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#stop = new Stop({
      clock: options.clock,
      graceMs: options.graceMs,
      abortGroup: options.abortGroup,
      onGivenUp: () => this.#whenQuiet?.resolve(),
    });
  }

  get isServing(): boolean {
    return this.#phase === "serving";
  }

  get isStopping(): boolean {
    return this.#stop.hasBegun;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Begins to converge or to serve. */
  begin(
    phase: "converging" | "serving",
    { orphaned, cutOff, resources }: Beginning,
    signal: AbortSignal,
  ): void {
    assert(this.#phase === "idle", "an engine converges or serves once");
    this.#phase = phase;
    const runtime = this.#options.runtimeOf();
    const pause = runtime.ledger.paused();
    if (pause === undefined) this.#clearing = clearUp(runtime, { orphaned, cutOff });
    if (signal.aborted) this.#beginStop();
    else signal.addEventListener("abort", () => this.#beginStop(), { once: true });
    const { graceEnds } = this.#options;
    graceEnds?.addEventListener("abort", () => this.#stop.hurry(), { once: true });
    runtime.events({ type: "started", generation: runtime.generation(), resources });
    if (pause !== undefined) runtime.events(pauseEvent(pause));
  }

  /** The first observation of everything, which `ask` asks for; resolves when nothing is left to do or to wait for. */
  async pass(ask: () => void): Promise<void> {
    const quiet = Promise.withResolvers<void>();
    this.#whenQuiet = quiet;
    this.#isOpen = true;
    ask();
    this.#options.pump();
    await quiet.promise;
  }

  /** The loop; resolves when it was asked to stop or its timeout ran out, and nothing runs any more. */
  async loop({ timeoutMs = 0 }: ServeOptions): Promise<void> {
    const stopped = Promise.withResolvers<void>();
    this.#whenQuiet = stopped;
    this.#isSettled = true;
    const { schedule, clock, isAnythingOwed } = this.#options;
    this.#quietTimer = new QuietTimer({
      schedule,
      clock,
      timeoutMs,
      isAnythingOwed,
      onQuiet: () => this.#beginStop(),
    });
    await stopped.promise;
  }

  /** Waits for what goes on beside the runs. Nothing begins after it. */
  async end(): Promise<void> {
    await this.#clearing;
    this.#phase = "over";
    this.#stop.close();
  }

  /** The dispatcher has nothing running and nothing it may start. */
  onQuiet(): void {
    const isPassOver =
      this.#phase === "converging" ? !this.#options.isAnythingOwed() : !this.#isSettled;
    if (this.#stop.hasBegun || isPassOver) this.#whenQuiet?.resolve();
  }

  /** Something was changed: the loop goes on for its whole timeout. */
  onChange(): void {
    this.#quietTimer?.restart();
  }

  #beginStop(): void {
    if (!this.#stop.begin()) return;
    this.#quietTimer?.close();
    this.#options.onStop();
    this.#options.pump();
  }
}

/** Settles what the last agent left open and no resource will. */
async function clearUp(
  runtime: Runtime,
  { orphaned, cutOff }: Pick<Beginning, "orphaned" | "cutOff">,
): Promise<void> {
  await closeCutOff(runtime, cutOff);
  await clearOrphanedIntents(runtime, orphaned);
}
