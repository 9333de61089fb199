import { Fault, toFault } from "@holdfast/core";
import { Fifo } from "./queue/fifo.ts";
import { type HintKind, type HintSet, joinHints, mergeHint } from "./queue/hint.ts";
import { TimeBudget } from "./queue/time-budget.ts";
import type { AskedOperation } from "./operations/asked-operation.ts";
import { operate } from "./operations/operate.ts";
import { refuseEarly, refuseLate } from "./reconcile/gating.ts";
import { reconcile, type Settled } from "./reconcile/reconcile.ts";
import { settle } from "./reconcile/settle.ts";
import { beginAfresh, lanesOf, type ResourceRecord } from "./records/resource-record.ts";
import { brokenVerdict, laneFull, stuckVerdict } from "./records/broken-verdict.ts";
import { runEndOf, type Verdict } from "./records/verdict.ts";
import type { Run, Runtime } from "./runtime.ts";

/** Hints that start a failing resource afresh (D6): something it could not know of has happened. */
const FRESH_STARTS: readonly HintKind[] = ["generation", "operator", "condition", "dependency"];

/**
 * Takes resources from the queue, through their lanes, to a bounded number of runs at once. Waiting for a lane counts
 * as no run. Nothing here waits, only `reconcile` does; what is begun in one turn is bounded all the same.
 */
export class Dispatcher {
  readonly #runtime: Runtime;
  readonly #onQuiet: () => void;
  readonly #granted = new Fifo<Run>();
  readonly #stuck = new Map<ResourceRecord, Run>();
  readonly #slice: TimeBudget;
  /** Operations that wait for their turn. */
  readonly #asked = new Set<AskedOperation>();
  #running = 0;
  #isPumping = false;

  constructor(runtime: Runtime, onQuiet: () => void) {
    this.#runtime = runtime;
    this.#onQuiet = onQuiet;
    this.#slice = new TimeBudget(runtime.clock, () => this.pump());
  }

  /** Starts whatever may start, over as many turns as that takes. Cheap when nothing may. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    const mayStart = (): boolean => !this.#runtime.isStopping() && this.#runtime.mayStart();
    // Asked each time: an event of one run may lead to a stop.
    while (mayStart() && this.#running < this.#runtime.numbers.parallel) {
      if (this.#slice.isOver()) break;
      const run = this.#grantedNext() ?? this.#admitNext();
      if (run === undefined) break;
      this.#start(run);
    }
    this.#isPumping = false;
    const isQuiet =
      this.#runtime.isStopping() || (this.#runtime.mayStart() && this.#runtime.queue.isIdle);
    if (this.#running === 0 && isQuiet) this.#onQuiet();
  }

  /** Takes an operation on. It goes through the lanes of its resource in the order in which it came, and is never merged. */
  operate(record: ResourceRecord, operation: AskedOperation): void {
    const { run, fault } = this.#runOf(record, this.#askedNow(operation), operation);
    const holder = this.#runtime.lanes.stuckHolder(run.lanes);
    const broken = fault ? brokenVerdict(fault) : holder && stuckVerdict(run, holder.record);
    if (broken !== undefined) return this.#end(run, broken);
    this.#asked.add(operation);
    if (this.#enterLanes(run)) this.#granted.push(run);
    this.pump();
  }

  /** Nothing more begins: operations that wait fail with that. */
  refuseWaiting(): void {
    const fault = new Fault({
      reason: "Aborted",
      message: "the agent stopped before the turn of the operation came",
      resolution: "Ask again when it is back.",
    });
    for (const operation of this.#asked) operation.settle({ type: "failed", fault });
    this.#asked.clear();
  }

  /** Work that had been given up has ended: its lane is free again. */
  release(record: ResourceRecord): void {
    const run = this.#stuck.get(record);
    if (run === undefined) return;
    this.#stuck.delete(record);
    this.#leaveLane(run);
  }

  /** The next run that has its lane. While it waited, what it depends on may have failed, or another manifest come. */
  #grantedNext(): Run | undefined {
    for (let run = this.#granted.shift(); run !== undefined; run = this.#granted.shift()) {
      if (run.operation !== undefined) return run;
      const refused = refuseLate(this.#runtime, run);
      if (refused === undefined) return run;
      this.#end(run, refused);
      this.#leaveLane(run);
    }
    return undefined;
  }

  #admitNext(): Run | undefined {
    for (let next = this.#runtime.queue.take(); next; next = this.#runtime.queue.take()) {
      const { run, fault } = this.#prepare(next.item, next.hints);
      const refused = fault === undefined ? this.#refuse(run) : brokenVerdict(fault);
      if (refused !== undefined) this.#end(run, refused);
      else if (this.#enterLanes(run)) return run;
    }
    return undefined;
  }

  /** Whether the run has its lanes; else it waits for them, or has ended because one takes no more. */
  #enterLanes(run: Run): boolean {
    const entry = this.#runtime.lanes.enter(run.lanes, run);
    if (entry === "full") this.#end(run, brokenVerdict(laneFull(run)));
    return entry === "held";
  }

  #prepare(
    record: ResourceRecord,
    asked: HintSet,
  ): { readonly run: Run; readonly fault: Fault | undefined } {
    const hints = this.#withDeferred(record, asked);
    for (const { changedStamp } of record.dependencies) {
      if (changedStamp > record.changedStamp) record.changedStamp = changedStamp;
    }
    if (FRESH_STARTS.some((kind) => hints.kinds.has(kind))) {
      beginAfresh(this.#runtime, record);
    }
    return this.#runOf(record, hints);
  }

  #runOf(
    record: ResourceRecord,
    hints: HintSet,
    operation?: AskedOperation,
  ): { readonly run: Run; readonly fault: Fault | undefined } {
    const lanes = namedLanes(record);
    const run = {
      record,
      declared: record.declared,
      generation: this.#runtime.generation(),
      load: this.#runtime.loads(),
      statusBefore: record.status,
      hints,
      lanes: lanes instanceof Fault ? [record.id] : lanes,
      startedAtMs: this.#runtime.clock.monotonicMs(),
      ...(operation === undefined ? {} : { operation }),
    };
    return { run, fault: lanes instanceof Fault ? lanes : undefined };
  }

  /** A run does what an earlier one left to its limit: that needs no later run. */
  #withDeferred(record: ResourceRecord, hints: HintSet): HintSet {
    const { deferred } = record;
    if (deferred === undefined) return hints;
    record.deferred = undefined;
    record.alarms.clear("limit", this.#runtime.schedule);
    return joinHints(deferred, hints);
  }

  #refuse(run: Run): Verdict | undefined {
    // What is held back, by a pause for one, would not be tried if its lane were free.
    const refused = refuseEarly(this.#runtime, run);
    const holder = this.#runtime.lanes.stuckHolder(run.lanes);
    return refused ?? (holder && stuckVerdict(run, holder.record));
  }

  #askedNow({ name }: AskedOperation): HintSet {
    const atMs = this.#runtime.clock.monotonicMs();
    const stamp = this.#runtime.nextStamp();
    return mergeHint(undefined, { kind: "operator", trigger: name, atMs, stamp });
  }

  #start(run: Run): void {
    if (run.operation !== undefined) return this.#startOperation(run, run.operation);
    const settled = reconcile(this.#runtime, run);
    if (!(settled instanceof Promise)) return this.#finish(run, settled);
    this.#running += 1;
    void settled
      .catch((error: unknown) => [{ run, verdict: brokenVerdict(error) }])
      .then((late) => {
        this.#running -= 1;
        this.#finish(run, late);
        this.pump();
      });
  }

  #startOperation(run: Run, operation: AskedOperation): void {
    this.#running += 1;
    this.#asked.delete(operation);
    void operate(this.#runtime, run, operation).then((end) => {
      this.#running -= 1;
      operation.settle(end);
      this.#giveBackLane(run);
      this.pump();
    });
  }

  #finish(run: Run, settled: readonly Settled[]): void {
    for (const { run: one, verdict } of settled) this.#end(one, verdict);
    this.#giveBackLane(run);
  }

  #end(run: Run, verdict: Verdict): void {
    const { operation } = run;
    if (operation !== undefined) {
      this.#asked.delete(operation);
      if ("fault" in verdict) operation.settle({ type: "failed", fault: verdict.fault });
      return;
    }
    this.#runtime.observer?.ended(run.record.id, runEndOf(verdict));
    if (!run.record.isRemoved) settle(this.#runtime, run, verdict);
    this.#runtime.queue.done(run.record);
  }

  #giveBackLane(run: Run): void {
    if (!run.record.isStuck) return this.#leaveLane(run);
    this.#stuck.set(run.record, run);
    const { dropped, ready } = this.#runtime.lanes.markStuck(run.lanes);
    for (const waiting of dropped) this.#end(waiting, stuckVerdict(waiting, run.record));
    for (const next of ready) this.#granted.push(next);
  }

  #leaveLane(run: Run): void {
    for (const next of this.#runtime.lanes.leave(run.lanes, run)) this.#granted.push(next);
  }
}

/** A kind that cannot even name its lanes fails alone, like any other that throws. */
function namedLanes(record: ResourceRecord): readonly string[] | Fault {
  try {
    return lanesOf(record);
  } catch (error) {
    return toFault(error);
  }
}
