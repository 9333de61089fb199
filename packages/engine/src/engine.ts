// Long because: it joins all parts of an engine; whatever has a rule of its own lies in one of them.
import {
  assert,
  Redaction,
  type Pause,
  type Plan,
  type ResourceId,
  type ResourceStatus,
  summarize,
} from "@holdfast/core";
import {
  type Explanation,
  explanationOf,
  type KnownStatus,
  knownOf,
  statusOf,
  type WorkCounts,
  workCountsOf,
} from "./explanation.ts";
import { KnownConditions } from "./condition/known-conditions.ts";
import type { Desired } from "./desired.ts";
import { Dispatcher } from "./dispatch.ts";
import { HealthChecks } from "./health/health-checks.ts";
import { pauseEvent } from "./pause-event.ts";
import { type EngineNumbers, type EngineOptions, readOptions } from "./options.ts";
import { type PlanOptions, planAll } from "./plan/planning.ts";
import { HintRouter } from "./hint-router.ts";
import type { HintKind } from "./queue/hint.ts";
import { Lanes } from "./queue/lanes.ts";
import { Schedule } from "./queue/schedule.ts";
import { WorkQueue } from "./queue/work-queue.ts";
import { redactedEvent, withoutSecrets } from "./redacted.ts";
import { AbortGroup } from "./abort-group.ts";
import { clearOrphanedIntents, adoptOpenIntents } from "./reconcile/stale-temporaries.ts";
import { ResourceStore } from "./reconcile/resource-store.ts";
import { Snapshots } from "./reconcile/snapshots.ts";
import { isOwed, type ResourceRecord } from "./reconcile/resource-record.ts";
import { type Report, reportOn } from "./report.ts";
import type { EngineDeps, Run, Runtime } from "./runtime.ts";
import { type Asked, VerdictWaiters } from "./serve/verdict-waiters.ts";
import { QuietTimer, type ServeOptions } from "./serve/quiet-timer.ts";
import type { WatchStatus } from "./serve/kept-watch.ts";
import { Stop } from "./serve/stop.ts";
import { Watches } from "./serve/watches.ts";

/**
 * One engine for one host: holds the graph and all that is known of its resources, and takes every write through the
 * one path. It plans any number of times; it converges or serves once.
 */
export class Engine {
  readonly #deps: EngineDeps;
  readonly #numbers: EngineNumbers;
  readonly #schedule: Schedule;
  readonly #queue = new WorkQueue<ResourceRecord>();
  readonly #abortGroup = new AbortGroup();
  /** What is secret, for whoever tells more than the engine does. */
  readonly redaction = new Redaction();
  readonly #hintRouter: HintRouter;
  readonly #store: ResourceStore;
  readonly #runtime: Runtime;
  readonly #dispatcher: Dispatcher;
  readonly #watches: Watches;
  readonly #known: KnownConditions;
  readonly #health = new HealthChecks(() => this.#runtime);
  readonly #stop: Stop;
  /** The caller asked for retries, so that a single pass makes them too. */
  readonly #isRetryChosen: boolean;
  #quietTimer: QuietTimer | undefined;
  readonly #verdictWaiters = new VerdictWaiters();
  #generation = 0;
  #detectOnly: ReadonlySet<ResourceId> = new Set();
  #loads = 0;
  /** What attempts left whose resources are no longer declared is being cleared. */
  #clearing: Promise<void> = Promise.resolve();
  #phase: "idle" | "converging" | "serving" | "over" = "idle";
  #isOpen = false;
  #isPumpPlanned = false;
  /** Desired states whose watches are being set up. */
  #loading = 0;
  #isSettled = false;
  #whenQuiet: PromiseWithResolvers<void> | undefined;

  /** @throws {Fault} InputInvalid, for numbers that make no sense. */
  constructor(deps: EngineDeps, options: EngineOptions) {
    this.#deps = deps;
    this.#numbers = readOptions(options);
    this.#isRetryChosen = (options.attempts ?? 0) > 0;
    this.#schedule = new Schedule(deps.clock);
    this.#hintRouter = new HintRouter({
      clock: deps.clock,
      numbers: this.#numbers,
      schedule: this.#schedule,
      queue: this.#queue,
      isClosed: () => this.#stop.hasBegun,
      onQueued: () => this.#pumpSoon(),
    });
    this.#store = new ResourceStore({
      catalog: deps.catalog,
      timers: this.#hintRouter.timers(),
      nowMs: () => deps.clock.monotonicMs(),
    });
    this.#stop = new Stop({
      clock: deps.clock,
      graceMs: this.#numbers.graceMs,
      abortGroup: this.#abortGroup,
      onGivenUp: () => this.#whenQuiet?.resolve(),
    });
    this.#known = new KnownConditions({
      runtimeOf: () => this.#runtime,
      isWatched: (type) => this.#watches.conditions.isLive(type),
    });
    this.#runtime = this.#createRuntime();
    this.#dispatcher = new Dispatcher(this.#runtime, () => this.#onQuiet());
    this.#watches = new Watches(this.#runtime, this.#known);
  }

  /**
   * Takes a first or a new desired state. While serving, running work ends under the old one, watches are renewed,
   * and then everything is looked at under the new one.
   */
  async load(desired: Desired): Promise<void> {
    const isNews = desired.generation !== this.#generation;
    const before = new Map(this.#store.ordered.map((one) => [one, one.declared]));
    this.#generation = desired.generation;
    this.#detectOnly = desired.detectOnly ?? new Set();
    this.#loads += 1;
    this.redaction.learn(desired.secrets?.all.values() ?? []);
    for (const gone of this.#store.replace(desired.graph, desired.secrets)) this.#drop(gone);
    this.#queue.recount(this.#store.ordered);
    this.#health.follow(this.#store.ordered);
    if (this.#phase !== "serving") return;
    // Until everything is asked for, a resource could overtake a dependency that nobody has looked at yet.
    this.#loading += 1;
    await this.#watches.update(this.#store.ordered);
    this.#loading -= 1;
    const resources = this.#store.ordered.length;
    this.#deps.events({ type: "reloaded", generation: desired.generation, resources });
    // The same generation may say something else: whoever wrote it by hand did not count.
    const { ordered } = this.#store;
    this.#hintAll(
      isNews ? ordered : ordered.filter((one) => one.declared !== before.get(one)),
      "generation",
    );
    this.#pumpSoon();
  }

  /** Compares, by default everything, and writes nothing. What is watched and in sync is not observed. */
  async plan(signal: AbortSignal, options: PlanOptions = {}): Promise<Plan> {
    const plan = await planAll(this.#runtime, this.#store.ordered, options, signal);
    this.#runtime.snapshots.forget();
    return plan;
  }

  /** One pass: until nothing is left to do, or the signal asks to stop. */
  async converge(signal: AbortSignal): Promise<Report> {
    const startedAtMs = this.#deps.clock.monotonicMs();
    this.#begin("converging", signal);
    await this.#pass();
    await this.#end();
    return this.#report(startedAtMs);
  }

  /** Watches, one full pass, then the loop (D2), until the signal asks to stop or the timeout runs out. */
  async serve(options: ServeOptions, signal: AbortSignal): Promise<Report> {
    const startedAtMs = this.#deps.clock.monotonicMs();
    this.#begin("serving", signal);
    await this.#watches.update(this.#store.ordered);
    await this.#pass();
    if (!this.#stop.hasBegun) await this.#loop(options);
    await this.#watches.close();
    await this.#end();
    const report = this.#report(startedAtMs);
    const reason = signal.aborted ? "asked to stop" : "nothing changed for the given time";
    this.#deps.events({ type: "stopped", reason, summary: report.summary });
    return report;
  }

  /** Asks for a look at everything. */
  hintAll(kind: HintKind): void {
    this.#hintAll(this.#store.ordered, kind);
  }

  /** Asks for a look at one resource; false when there is no such resource. */
  hint(id: ResourceId, kind: HintKind): boolean {
    const record = this.#store.find(id);
    if (record === undefined) return false;
    this.#runtime.hint(record, kind, kind);
    return true;
  }

  /**
   * Puts the agent on hold, or lets it go on (`undefined`); durable when it resolves. What runs goes on to its end,
   * nothing else is looked at or begun meanwhile.
   * @throws {Fault} LedgerUnavailable; then nothing has changed.
   */
  async pause(pause: Pause | undefined): Promise<void> {
    await this.#deps.ledger.pause(pause, this.#abortGroup.signal);
    this.#deps.events(pauseEvent(pause));
    this.hintAll("operator");
  }

  /** The engine's logical time: what happens from now on comes after it. */
  logicalTime(): number {
    return this.#hintRouter.nextStamp();
  }

  /**
   * Looks at resources now and waits for a verdict of each. With the signal aborted, or the engine stopping, what is
   * known so far is returned.
   */
  async reconcileNow({ ids, since }: Asked, signal: AbortSignal): Promise<Report> {
    const startedAtMs = this.#deps.clock.monotonicMs();
    const { ordered } = this.#store;
    const asked = ids === undefined ? ordered : ordered.filter(({ id }) => ids.has(id));
    const stamp = this.#hintRouter.nextStamp();
    const waiter = this.#verdictWaiters.open(asked, { stamp, since: since ?? stamp });
    this.#hintAll(asked, "operator");
    if (this.#stop.hasBegun) waiter.giveUp();
    await this.#verdictWaiters.answer(waiter, signal);
    const results = waiter.resultsOf(this.#store.ordered);
    return { results, summary: summarize(results, this.#deps.clock.monotonicMs() - startedAtMs) };
  }

  /** What is known of a resource now; `undefined` when there is no such resource. */
  status(id: ResourceId): ResourceStatus | undefined {
    return statusOf(this.#store.find(id));
  }

  /** What is known of every resource now, in the order of the graph. */
  statuses(): readonly KnownStatus[] {
    return [...this.eachStatus()];
  }

  /** The same one by one, each as it is when it is taken. */
  *eachStatus(): Generator<KnownStatus, void> {
    for (const record of this.#store.ordered) yield knownOf(this.#runtime, record);
  }

  /** Why a resource is as it is, as far as the engine knows; `undefined` when there is no such resource. */
  explain(id: ResourceId): Explanation | undefined {
    const record = this.#store.find(id);
    return record === undefined ? undefined : explanationOf(this.#runtime, record);
  }

  /** How every watch is. */
  watches(): readonly WatchStatus[] {
    return this.#watches.statuses;
  }

  /** How many resources wait for their run, and how many are being worked on. */
  workCounts(): WorkCounts {
    return workCountsOf(this.#store.ordered);
  }

  /** For how long something has been due and was not done, in milliseconds; 0 when nothing is late. */
  overdueMs(): number {
    return this.#schedule.overdueMs();
  }

  #hintAll(resources: Iterable<ResourceRecord>, kind: HintKind): void {
    for (const record of resources) this.#runtime.hint(record, kind, kind);
  }

  /** Not before this turn is over: of what is hinted together, nothing overtakes what it depends on. */
  #pumpSoon(): void {
    if (this.#isPumpPlanned) return;
    this.#isPumpPlanned = true;
    void Promise.resolve().then(() => {
      this.#isPumpPlanned = false;
      this.#dispatcher.pump();
    });
  }

  #begin(phase: "converging" | "serving", signal: AbortSignal): void {
    assert(this.#phase === "idle", "an engine converges or serves once");
    this.#phase = phase;
    const orphanedIntents = adoptOpenIntents(this.#deps.ledger, this.#store);
    const pause = this.#deps.ledger.paused();
    if (pause === undefined) this.#clearing = clearOrphanedIntents(this.#runtime, orphanedIntents);
    if (signal.aborted) this.#beginStop();
    else signal.addEventListener("abort", () => this.#beginStop(), { once: true });
    this.#deps.graceEnds?.addEventListener("abort", () => this.#stop.hurry(), { once: true });
    const resources = this.#store.ordered.length;
    this.#deps.events({ type: "started", generation: this.#generation, resources });
    if (pause !== undefined) this.#deps.events(pauseEvent(pause));
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
    const { ordered } = this.#store;
    const watched = ordered.filter((record) => this.#runtime.isWatched(record)).length;
    const resources = ordered.length;
    this.#deps.events({ type: "watching", resources, watched, polled: resources - watched });
    this.#quietTimer = new QuietTimer({
      schedule: this.#schedule,
      clock: this.#deps.clock,
      timeoutMs,
      isAnythingOwed: () => this.#isAnythingOwed(),
      onQuiet: () => this.#beginStop(),
    });
    await stopped.promise;
  }

  #beginStop(): void {
    if (!this.#stop.begin()) return;
    this.#quietTimer?.close();
    this.#verdictWaiters.giveUp();
    this.#dispatcher.pump();
  }

  /** The dispatcher has nothing running and nothing it may start. */
  #onQuiet(): void {
    if (this.#stop.hasBegun) this.#whenQuiet?.resolve();
    else if (this.#phase === "converging" && !this.#isAnythingOwed()) this.#whenQuiet?.resolve();
    else if (this.#phase === "serving" && !this.#isSettled) this.#whenQuiet?.resolve();
    this.#runtime.snapshots.forget();
  }

  async #end(): Promise<void> {
    await Promise.all([this.#clearing, this.#health.close()]);
    this.#phase = "over";
    this.#stop.close();
    this.#schedule.close();
  }

  #isAnythingOwed(): boolean {
    return !this.#queue.isIdle || this.#store.ordered.some(isOwed);
  }

  #drop(gone: ResourceRecord): void {
    this.#queue.forget(gone);
    this.#verdictWaiters.forget(gone);
    for (const name of ["retry", "window", "limit", "resync"] as const)
      gone.alarms.clear(name, this.#schedule);
  }

  #report(startedAtMs: number): Report {
    return reportOn(this.#store.ordered, this.#deps.clock.monotonicMs() - startedAtMs);
  }

  #createRuntime(): Runtime {
    const isServing = (): boolean => this.#phase === "serving";
    const runtime: Runtime = {
      ...withoutSecrets(this.#deps, this.redaction),
      events: (event) => {
        this.#deps.events(redactedEvent(event, this.redaction));
        if (event.type === "result" && event.result.status === "changed") {
          this.#quietTimer?.restart();
        }
      },
      redaction: this.redaction,
      numbers: this.#numbers,
      schedule: this.#schedule,
      queue: this.#queue,
      lanes: new Lanes<Run>(),
      snapshots: new Snapshots(() => runtime),
      known: this.#known,
      abortGroup: this.#abortGroup,
      killed: this.#abortGroup.signal,
      haltedBy: undefined,
      retrying: () => {
        const attempts = isServing() || this.#isRetryChosen ? this.#numbers.attempts : 1;
        return { attempts, isEndless: isServing() };
      },
      isServing,
      isStopping: () => this.#stop.hasBegun,
      isPaused: () => this.#deps.ledger.paused() !== undefined,
      mayStart: () => this.#isOpen && this.#loading === 0,
      nextStamp: () => this.#hintRouter.nextStamp(),
      hint: (record, kind, trigger) => this.#hintRouter.hint(record, kind, trigger),
      again: (record, hints) => this.#hintRouter.again(record, hints),
      settled: (record) => {
        this.#health.note(record);
        this.#verdictWaiters.note(record);
      },
      release: (record) => this.#dispatcher.release(record),
      isWatched: (record) =>
        this.#watches.kinds.isLive(record.bulk) && this.#known.isWatched(record),
      isDetectOnly: ({ id }) => this.#deps.mode === "detect" || this.#detectOnly.has(id),
      generation: () => this.#generation,
      loads: () => this.#loads,
    };
    return runtime;
  }
}
