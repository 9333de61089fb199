// Long because: it is all that an engine can be asked, and hands each thing on to the part that does it.
import {
  type OperationReport,
  type Pause,
  type Plan,
  type Redaction,
  type ResourceId,
  type ResourceStatus,
  summarize,
} from "@holdfast/core";
import { concernedBy } from "./desired/concerned-by.ts";
import type { Desired } from "./desired/desired.ts";
import { EngineParts } from "./engine-parts.ts";
import {
  eachKnown,
  type Explanation,
  explanationOf,
  type KnownStatus,
  statusOf,
  type WorkCounts,
  workCountsOf,
} from "./view/explanation.ts";
import type { EngineOptions } from "./options.ts";
import { askOperation, type OperationRequest } from "./operations/ask-operation.ts";
import { pauseEvent } from "./pause-event.ts";
import { type PlanOptions, planAll } from "./plan/planning.ts";
import type { HintKind } from "./queue/hint.ts";
import type { ResourceRecord } from "./records/resource-record.ts";
import { BY_POLICY } from "./policy/ask-policy.ts";
import { adoptOpenIntents } from "./reconcile/stale-temporaries.ts";
import { type Report, reportOn } from "./view/report.ts";
import type { EngineDeps } from "./runtime.ts";
import type { WatchStatus } from "./serve/kept-watch.ts";
import type { ServeOptions } from "./serve/quiet-timer.ts";
import type { Asked } from "./serve/verdict-waiters.ts";

/**
 * One engine for one host: holds the graph and all that is known of its resources, and takes every write through the
 * one path. It plans any number of times; it converges or serves once.
 */
export class Engine {
  readonly #parts: EngineParts;

  /** @throws {Fault} InputInvalid, for numbers that make no sense. */
  constructor(deps: EngineDeps, options: EngineOptions) {
    this.#parts = new EngineParts(deps, options);
  }

  /** The secrets, for publishers of more than the engine's events. */
  get redaction(): Redaction {
    return this.#parts.runtime.redaction;
  }

  /**
   * Takes a first or a new desired state. While serving, running work ends under the old one, watches take over what is
   * new, and then everything is observed that is not known to be as the new one says. Of two that are loaded at once the
   * newer one stays.
   */
  async load(desired: Desired): Promise<void> {
    const { runtime, store, lifecycle, watches, health, dispatcher } = this.#parts;
    const generationBefore = this.#parts.desired.generation();
    const yieldTurn = (): Promise<void> => runtime.clock.yieldTurn();
    const taken = await this.#parts.desired.take(desired, yieldTurn);
    if (taken === undefined) return;
    this.#parts.budget.reset();
    for (const record of taken.gone) this.#drop(record);
    runtime.queue.recount(store.ordered);
    health.follow(taken);
    if (!lifecycle.isServing) return;
    // Until everything is asked for, a resource could overtake a dependency that was not observed yet.
    this.#parts.loading += 1;
    await watches.change(taken);
    await yieldTurn();
    this.#parts.loading -= 1;
    const { generation } = desired;
    runtime.events({ type: "reloaded", generation, resources: store.ordered.length });
    const { changed } = taken;
    const isNews = generation !== generationBefore;
    this.#hintAll(concernedBy(runtime, store, { changed, isNews }), "generation");
    // Nothing may be concerned, and what waited for the watches goes on.
    dispatcher.pump();
  }

  /** Compares, by default everything, and writes nothing. What is watched and in sync is not observed. */
  async plan(signal: AbortSignal, options: PlanOptions = {}): Promise<Plan> {
    const { runtime, store } = this.#parts;
    const plan = await planAll(runtime, store.ordered, options, signal);
    runtime.snapshots.forget();
    return plan;
  }

  /** One pass: until nothing is left to do, or the signal asks to stop. */
  async converge(signal: AbortSignal): Promise<Report> {
    const startedAtMs = this.#nowMs();
    this.#begin("converging", signal);
    await this.#pass();
    await this.#end();
    return this.#report(startedAtMs);
  }

  /** Watches, one full pass, then the loop (D2), until the signal asks to stop or the timeout runs out. */
  async serve(options: ServeOptions, signal: AbortSignal): Promise<Report> {
    const { watches, store, lifecycle, runtime } = this.#parts;
    const startedAtMs = this.#nowMs();
    this.#begin("serving", signal);
    await watches.change({ gone: [], changed: new Set(store.ordered) });
    await this.#pass();
    if (!lifecycle.isStopping) {
      this.#announceLoop();
      await lifecycle.loop(options);
    }
    await watches.close();
    await this.#end();
    const report = this.#report(startedAtMs);
    const reason = signal.aborted ? "asked to stop" : "nothing changed for the given time";
    runtime.events({ type: "stopped", reason, summary: report.summary });
    return report;
  }

  /** Asks for a run of everything. */
  hintAll(kind: HintKind): void {
    this.#hintAll(this.#parts.store.ordered, kind);
  }

  /** Asks for a run of one resource; false when there is no such resource. */
  hint(id: ResourceId, kind: HintKind): boolean {
    const record = this.#parts.store.find(id);
    if (record === undefined) return false;
    this.#parts.runtime.hint(record, kind, kind);
    return true;
  }

  /** Policy, a veto or an approval has changed: what waits for one of them is judged again. */
  reviewPolicy(): void {
    const { runtime, store } = this.#parts;
    for (const record of store.ordered) {
      const { status } = record;
      const isHeld =
        status.type === "Denied" || (status.type === "Waiting" && BY_POLICY.has(status.for));
      if (isHeld) runtime.hint(record, "condition", "policy changed");
    }
  }

  /**
   * Puts the agent on hold, or lets it go on (`undefined`); durable when it resolves. What runs goes on to its end,
   * nothing else is observed or begun meanwhile.
   * @throws {Fault} LedgerUnavailable; then nothing has changed.
   */
  async pause(pause: Pause | undefined): Promise<void> {
    const { runtime } = this.#parts;
    await runtime.ledger.pause(pause, runtime.killed);
    runtime.events(pauseEvent(pause));
    this.hintAll("operator");
  }

  /** The engine's logical time: what happens from now on comes after it. */
  logicalTime(): number {
    return this.#parts.runtime.nextStamp();
  }

  /**
   * Observes resources now and waits for a verdict of each. With the signal aborted, or the engine stopping, what is
   * known so far is returned.
   */
  async reconcileNow({ ids, since }: Asked, signal: AbortSignal): Promise<Report> {
    const { runtime, store, lifecycle, waiters } = this.#parts;
    const startedAtMs = this.#nowMs();
    const asked = this.#chosen(ids);
    const stamp = runtime.nextStamp();
    const waiter = waiters.open(asked, { stamp, since: since ?? stamp });
    this.#hintAll(asked, "operator");
    if (lifecycle.isStopping) waiter.giveUp();
    await waiters.answer(waiter, signal);
    const results = waiter.resultsOf(store.ordered);
    return { results, summary: summarize(results, this.#nowMs() - startedAtMs) };
  }

  /** Has an operation done, once; see `askOperation`. */
  async operate(request: OperationRequest, signal: AbortSignal): Promise<OperationReport> {
    return await askOperation(this.#parts, request, signal);
  }

  /** What is known of a resource now; `undefined` when there is no such resource. */
  status(id: ResourceId): ResourceStatus | undefined {
    return statusOf(this.#parts.runtime, this.#parts.store.find(id));
  }

  /** What is known of every resource, in the order of the graph, each as it is when it is taken. */
  *eachStatus(): Generator<KnownStatus, void> {
    const { runtime, store } = this.#parts;
    yield* eachKnown(runtime, store.ordered);
  }

  /** All of them. */
  statuses(): readonly KnownStatus[] {
    return [...this.eachStatus()];
  }

  /** Why a resource is as it is, as far as the engine knows; `undefined` when there is no such resource. */
  explain(id: ResourceId): Explanation | undefined {
    return explanationOf(this.#parts.runtime, this.#parts.store.find(id));
  }

  /** How every watch is. */
  watches(): readonly WatchStatus[] {
    return this.#parts.watches.statuses;
  }

  /** How many resources wait for their run, and how many are being worked on. */
  workCounts(): WorkCounts {
    return workCountsOf(this.#parts.store.ordered);
  }

  /** For how long something has been due and was not done, in milliseconds; 0 when nothing is late. */
  overdueMs(): number {
    return this.#parts.runtime.schedule.overdueMs();
  }

  #chosen(ids: ReadonlySet<ResourceId> | undefined): readonly ResourceRecord[] {
    const { ordered } = this.#parts.store;
    return ids === undefined ? ordered : ordered.filter(({ id }) => ids.has(id));
  }

  #hintAll(resources: Iterable<ResourceRecord>, kind: HintKind): void {
    for (const record of resources) this.#parts.runtime.hint(record, kind, kind);
  }

  #begin(phase: "converging" | "serving", signal: AbortSignal): void {
    const { runtime, store, lifecycle } = this.#parts;
    const cutOff = runtime.ledger.inFlight().filter(({ verb }) => verb === "run");
    const orphaned = adoptOpenIntents(runtime.ledger, store);
    lifecycle.begin(phase, { orphaned, cutOff, resources: store.ordered.length }, signal);
  }

  async #pass(): Promise<void> {
    await this.#parts.lifecycle.pass(() => this.hintAll("generation"));
    this.#parts.runtime.snapshots.forget();
  }

  #announceLoop(): void {
    const { runtime, store } = this.#parts;
    const watched = store.ordered.filter((record) => runtime.isWatched(record)).length;
    const polled = store.ordered.length - watched;
    runtime.events({ type: "watching", resources: watched + polled, watched, polled });
  }

  async #end(): Promise<void> {
    const { lifecycle, health, runtime } = this.#parts;
    await Promise.all([lifecycle.end(), health.close()]);
    runtime.schedule.close();
  }

  #drop(record: ResourceRecord): void {
    const { runtime, waiters } = this.#parts;
    runtime.queue.forget(record);
    waiters.forget(record);
    runtime.outputs.forget(record.id);
    record.alarms.clearRuns(runtime.schedule);
  }

  #report(startedAtMs: number): Report {
    return reportOn(this.#parts.store.ordered, this.#nowMs() - startedAtMs);
  }

  #nowMs(): number {
    return this.#parts.runtime.clock.monotonicMs();
  }
}
