import {
  assert,
  Fault,
  type Graph,
  type Plan,
  type Resource,
  type ResourceId,
  type ResourceStatus,
  type Result,
  type ResultSummary,
  summarize,
} from "@holdfast/core";
import { Dispatcher } from "./dispatch.ts";
import { type EngineNumbers, type EngineOptions, readOptions } from "./options.ts";
import { planAll } from "./planning.ts";
import { type Hint, type HintKind, hintsOf } from "./queue/hint.ts";
import { Lanes } from "./queue/lanes.ts";
import { Schedule } from "./queue/schedule.ts";
import { WorkQueue } from "./queue/work-queue.ts";
import { KillSwitch } from "./reconcile/kill-switch.ts";
import { sortLeftovers } from "./reconcile/leftovers.ts";
import { Population } from "./reconcile/population.ts";
import { Snapshots } from "./reconcile/snapshots.ts";
import type { Ringing, Tracked } from "./reconcile/tracked.ts";
import type { EngineDeps, Run, Runtime } from "./runtime.ts";
import { QuietTimer } from "./serve/quiet-timer.ts";
import { Watches } from "./serve/watches.ts";

/** How a pass or a life of the engine ended. */
export interface Report {
  /** The last result of each resource, in the order of the graph. */
  readonly results: readonly Result[];
  readonly summary: ResultSummary;
}

/** When the loop ends by itself. */
export interface ServeOptions {
  /** Ends once nothing changed for this long (D12). 0 or absent: never. */
  readonly timeoutMs?: number;
}

/** What an engine is working on: a graph under a generation. */
export interface Desired {
  readonly graph: Graph;
  readonly generation: number;
}

/** After running work was aborted, how long a stop still waits for it to let go. */
const ABORTED_GRACE_MS = 5_000;

/**
 * One engine for one host: holds the graph and all that is known of its resources, and takes every write through the
 * one path. It plans any number of times; it converges or serves once.
 */
export class Engine {
  readonly #deps: EngineDeps;
  readonly #numbers: EngineNumbers;
  readonly #schedule: Schedule;
  readonly #queue = new WorkQueue<Tracked>();
  readonly #killSwitch = new KillSwitch();
  readonly #population: Population;
  readonly #runtime: Runtime;
  readonly #dispatcher: Dispatcher;
  readonly #watches: Watches;
  /** The caller asked for retries, so that a single pass makes them too. */
  readonly #isRetryChosen: boolean;
  #quietTimer: QuietTimer | undefined;
  #generation = 0;
  #stamp = 1;
  #phase: "idle" | "converging" | "serving" | "over" = "idle";
  #isOpen = false;
  #isStopping = false;
  #isSettled = false;
  #stopTimers: readonly (() => void)[] = [];
  #whenQuiet: PromiseWithResolvers<void> | undefined;

  /** @throws {Fault} InputInvalid, for numbers that make no sense. */
  constructor(deps: EngineDeps, options: EngineOptions) {
    this.#deps = deps;
    this.#numbers = readOptions(options);
    this.#isRetryChosen = (options.attempts ?? 0) > 0;
    this.#schedule = new Schedule(deps.clock);
    this.#population = new Population({
      catalog: deps.catalog,
      ringing: this.#ringing(),
      nowMs: () => deps.clock.monotonicMs(),
      isSame: isSameDeclaration,
    });
    this.#runtime = this.#createRuntime();
    this.#dispatcher = new Dispatcher(this.#runtime, () => this.#onQuiet());
    this.#watches = new Watches(this.#runtime);
  }

  /**
   * Takes a first or a new desired state. While serving, running work ends under the old one, watches are renewed,
   * and then everything is looked at under the new one.
   */
  async load(desired: Desired): Promise<void> {
    const isNews = desired.generation !== this.#generation;
    this.#generation = desired.generation;
    for (const gone of this.#population.replace(desired.graph)) this.#drop(gone);
    this.#queue.recount(this.#population.ordered);
    if (this.#phase !== "serving") return;
    await this.#watches.update(this.#population.ordered);
    const resources = this.#population.ordered.length;
    this.#deps.events({ type: "reloaded", generation: desired.generation, resources });
    if (isNews) this.hintAll("generation");
  }

  /** Compares everything and writes nothing. */
  async plan(signal: AbortSignal): Promise<Plan> {
    const plan = await planAll(this.#runtime, this.#population.ordered, signal);
    this.#runtime.snapshots.forget();
    return plan;
  }

  /** One pass: until nothing is left to do, or the signal asks to stop. */
  async converge(signal: AbortSignal): Promise<Report> {
    const startedAtMs = this.#deps.clock.monotonicMs();
    this.#begin("converging", signal);
    await this.#pass();
    this.#end();
    return this.#report(startedAtMs);
  }

  /** Watches, one full pass, then the loop (D2), until the signal asks to stop or the timeout runs out. */
  async serve(options: ServeOptions, signal: AbortSignal): Promise<Report> {
    const startedAtMs = this.#deps.clock.monotonicMs();
    this.#begin("serving", signal);
    await this.#watches.update(this.#population.ordered);
    await this.#pass();
    if (!this.#isStopping) await this.#loop(options);
    await this.#watches.close();
    this.#end();
    const report = this.#report(startedAtMs);
    const reason = signal.aborted ? "asked to stop" : "nothing changed for the given time";
    this.#deps.events({ type: "stopped", reason, summary: report.summary });
    return report;
  }

  /** Asks for a look at everything. */
  hintAll(kind: HintKind): void {
    for (const tracked of this.#population.ordered) this.#runtime.hint(tracked, kind, kind);
  }

  /** Asks for a look at one resource; false when there is no such resource. */
  hint(id: ResourceId, kind: HintKind): boolean {
    const tracked = this.#population.find(id);
    if (tracked === undefined) return false;
    this.#runtime.hint(tracked, kind, kind);
    return true;
  }

  /** What is known of a resource now; `undefined` when there is no such resource. */
  status(id: ResourceId): ResourceStatus | undefined {
    return this.#population.find(id)?.status;
  }

  #begin(phase: "converging" | "serving", signal: AbortSignal): void {
    assert(this.#phase === "idle", "an engine converges or serves once");
    this.#phase = phase;
    const { intents, strangers } = sortLeftovers(this.#deps.ledger, this.#population);
    for (const [tracked, leftovers] of intents) tracked.leftovers = leftovers;
    for (const { id, attempt } of strangers) {
      this.#deps.log.warn("an attempt was cut off and its resource is no longer declared", {
        id,
        attempt,
      });
    }
    if (signal.aborted) this.#stop();
    else signal.addEventListener("abort", () => this.#stop(), { once: true });
    const resources = this.#population.ordered.length;
    this.#deps.events({ type: "started", generation: this.#generation, resources });
  }

  /** The first look at everything; resolves when nothing is left to do or to wait for. */
  async #pass(): Promise<void> {
    const quiet = Promise.withResolvers<void>();
    this.#whenQuiet = quiet;
    this.#isOpen = true;
    this.hintAll("generation");
    this.#dispatcher.pump();
    await quiet.promise;
    this.#runtime.snapshots.forget();
  }

  async #loop({ timeoutMs = 0 }: ServeOptions): Promise<void> {
    const stopped = Promise.withResolvers<void>();
    this.#whenQuiet = stopped;
    this.#isSettled = true;
    const { ordered } = this.#population;
    const watched = ordered.filter((tracked) => this.#runtime.isWatched(tracked)).length;
    const resources = ordered.length;
    this.#deps.events({ type: "watching", resources, watched, polled: resources - watched });
    this.#quietTimer = new QuietTimer({
      schedule: this.#schedule,
      clock: this.#deps.clock,
      timeoutMs,
      isAnythingOwed: () => this.#isAnythingOwed(),
      onQuiet: () => this.#stop(),
    });
    await stopped.promise;
  }

  /** No new work from now on; what runs gets its grace, then its signals are aborted (D14). */
  #stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#quietTimer?.close();
    const { clock } = this.#deps;
    const { graceMs } = this.#numbers;
    this.#stopTimers = [
      clock.schedule(graceMs, () => this.#killSwitch.pull(graceIsOver(graceMs))),
      clock.schedule(graceMs + ABORTED_GRACE_MS, () => this.#whenQuiet?.resolve()),
    ];
    this.#dispatcher.pump();
  }

  /** The dispatcher has nothing running and nothing it may start. */
  #onQuiet(): void {
    if (this.#isStopping) this.#whenQuiet?.resolve();
    else if (this.#phase === "converging" && !this.#isAnythingOwed()) this.#whenQuiet?.resolve();
    else if (this.#phase === "serving" && !this.#isSettled) this.#whenQuiet?.resolve();
    this.#runtime.snapshots.forget();
  }

  #end(): void {
    this.#phase = "over";
    for (const cancel of this.#stopTimers) cancel();
    this.#schedule.close();
  }

  /** Something will be done without anybody asking again: a retry at full rate, a turn, the end of a window. */
  #isAnythingOwed(): boolean {
    if (!this.#queue.isIdle) return true;
    return this.#population.ordered.some(({ alarms, status }) => {
      if (alarms.limit.atMs !== undefined || alarms.window.atMs !== undefined) return true;
      return alarms.retry.atMs !== undefined && status.isStalled !== true;
    });
  }

  #hint(tracked: Tracked, kind: HintKind, heard: string): void {
    if (tracked.isRemoved || this.#isStopping) return;
    const hint = { kind, heard, atMs: this.#deps.clock.monotonicMs(), stamp: this.#nextStamp() };
    if (kind !== "retry" && tracked.work.hints === undefined) {
      const admission = tracked.window.admit(hint.atMs, this.#numbers.coalesceMs);
      if (admission.type === "at") {
        tracked.trailing.push(hint);
        this.#schedule.set(tracked.alarms.window, admission.atMs);
        return;
      }
    }
    this.#enqueue(tracked, [hint]);
  }

  #enqueue(tracked: Tracked, hints: readonly Hint[]): void {
    if (tracked.isRemoved) return;
    for (const hint of hints) this.#queue.add(tracked, hint);
    if (this.#isOpen) this.#dispatcher.pump();
  }

  #ringing(): Ringing {
    return {
      onRetry: (tracked) => this.#hint(tracked, "retry", "retry"),
      onResync: (tracked) => this.#hint(tracked, "poll", "resync"),
      onWindow: (tracked) => {
        const hints = tracked.trailing.splice(0);
        tracked.window.admit(this.#deps.clock.monotonicMs(), this.#numbers.coalesceMs);
        this.#enqueue(tracked, hints);
      },
      onLimit: (tracked) => {
        const { deferred } = tracked;
        tracked.deferred = undefined;
        if (deferred !== undefined) this.#enqueue(tracked, hintsOf(deferred));
      },
    };
  }

  #drop(gone: Tracked): void {
    this.#queue.forget(gone);
    for (const alarm of Object.values(gone.alarms)) this.#schedule.clear(alarm);
  }

  #nextStamp(): number {
    this.#stamp += 1;
    return this.#stamp;
  }

  #report(startedAtMs: number): Report {
    const results = this.#population.ordered.map(resultOf);
    const durationMs = this.#deps.clock.monotonicMs() - startedAtMs;
    return { results, summary: summarize(results, durationMs) };
  }

  #createRuntime(): Runtime {
    const engine = this;
    const runtime: Runtime = {
      ...this.#deps,
      events: (event) => {
        this.#deps.events(event);
        if (event.type === "result" && event.result.status === "changed") {
          this.#quietTimer?.restart();
        }
      },
      numbers: this.#numbers,
      schedule: this.#schedule,
      queue: this.#queue,
      lanes: new Lanes<Run>(),
      snapshots: new Snapshots(() => runtime),
      killSwitch: this.#killSwitch,
      killed: this.#killSwitch.signal,
      haltedBy: undefined,
      get retrying() {
        const isServing = engine.#phase === "serving";
        const attempts = isServing || engine.#isRetryChosen ? engine.#numbers.attempts : 1;
        return { attempts, isEndless: isServing };
      },
      get isServing() {
        return engine.#phase === "serving";
      },
      get isStopping() {
        return engine.#isStopping;
      },
      get isSettled() {
        return engine.#isSettled;
      },
      nextStamp: () => this.#nextStamp(),
      hint: (tracked, kind, heard) => this.#hint(tracked, kind, heard),
      release: (tracked) => this.#dispatcher.release(tracked),
      isWatched: (tracked) => this.#watches.isLive(tracked.bulk),
      generation: () => this.#generation,
    };
    return runtime;
  }
}

function resultOf({ id, lastResult, hasChanged }: Tracked): Result {
  if (lastResult === undefined) {
    const reason = "stopped before its turn";
    return { id, status: "skipped", cause: "intent", changes: [], durationMs: 0, reason };
  }
  return hasChanged && lastResult.status === "ok"
    ? { ...lastResult, status: "changed" }
    : lastResult;
}

function isSameDeclaration(before: Tracked, after: Resource): boolean {
  const { resource } = before;
  if (resource === after) return true;
  return (
    JSON.stringify([resource.input, resource.meta]) === JSON.stringify([after.input, after.meta])
  );
}

function graceIsOver(graceMs: number): Fault {
  return new Fault({
    reason: "Aborted",
    message: `the work did not end within the ${graceMs} ms that a stop allows`,
    resolution: "Start again: what was cut off is looked at first.",
  });
}
