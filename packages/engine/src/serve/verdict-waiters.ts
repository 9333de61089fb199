import type { ResourceId, Result } from "@holdfast/core";
import type { PastRun, ResourceRecord } from "../records/resource-record.ts";

/** The caller that asks for verdicts. */
export interface Asked {
  /** Default: all. */
  readonly ids?: ReadonlySet<ResourceId> | undefined;
  /** What was changed after this logical time counts as changed by this. Default: now. */
  readonly since?: number;
}

/** All callers that wait for verdicts. */
export class VerdictWaiters {
  readonly #open = new Set<VerdictWaiter>();

  /** Asks; what was changed after `times.since` counts as changed by this. */
  open(asked: readonly ResourceRecord[], times: Times): VerdictWaiter {
    const waiter = new VerdictWaiter(asked, times);
    this.#open.add(waiter);
    return waiter;
  }

  /** Resolves when everything has a verdict, no caller waits any more, or there will be no more verdicts. */
  async answer(waiter: VerdictWaiter, signal: AbortSignal): Promise<void> {
    const onAbort = (): void => waiter.giveUp();
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    await waiter.answered;
    signal.removeEventListener("abort", onAbort);
    this.#open.delete(waiter);
  }

  /** There will be no more verdicts. */
  giveUp(): void {
    for (const waiter of this.#open) waiter.giveUp();
  }

  /** A run has ended. */
  note(record: ResourceRecord): void {
    for (const waiter of this.#open) waiter.note(record);
  }

  /** A resource is no longer declared. */
  forget(record: ResourceRecord): void {
    for (const waiter of this.#open) waiter.forget(record);
  }
}

/** The engine's logical times: of the question, and of what led to it. */
interface Times {
  readonly stamp: number;
  readonly since: number;
}

/**
 * A caller asked for an observation of resources and waits for a verdict of each: of a run that began after the
 * question. A resource that leaves the graph meanwhile is not waited for.
 */
class VerdictWaiter {
  /** Resolves when there is a verdict of everything that was asked for, or no caller waits for it any more. */
  readonly answered: Promise<void>;
  readonly #resolve: () => void;
  readonly #times: Times;
  readonly #open: Set<ResourceRecord>;
  readonly #results = new Map<ResourceId, Result>();

  constructor(asked: readonly ResourceRecord[], times: Times) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.answered = promise;
    this.#resolve = resolve;
    this.#times = times;
    this.#open = new Set(asked);
    for (const { id, lastNews } of asked) this.#credit(id, lastNews);
    if (this.#open.size === 0) resolve();
  }

  /** A run has ended. */
  note(record: ResourceRecord): void {
    const { id, lastRun, lastNews, status } = record;
    if (lastRun === undefined || !this.#open.has(record)) return;
    // Whether it may begin will be known soon.
    if (status.type === "Blocked" && status.unready === "awaited") return;
    this.#credit(id, lastRun);
    if (lastRun.hints.stamp < this.#times.stamp) return;
    const latest = lastRun.result ?? lastNews?.result;
    // A change since the question counts as changed although a later observation found it in sync.
    const isCredited = this.#results.has(id) && latest?.status === "ok";
    if (latest !== undefined && !isCredited) this.#results.set(id, latest);
    this.#close(record);
  }

  giveUp(): void {
    this.#resolve();
  }

  /** It is no longer declared. */
  forget(record: ResourceRecord): void {
    this.#results.delete(record.id);
    this.#close(record);
  }

  /** What is known so far of those in this order. */
  resultsOf(ordered: readonly ResourceRecord[]): readonly Result[] {
    return ordered.flatMap(({ id }) => this.#results.get(id) ?? []);
  }

  /** What was changed by what led to the question is part of the answer. */
  #credit(id: ResourceId, run: PastRun | undefined): void {
    if (run?.result?.status !== "changed" || run.hints.stamp <= this.#times.since) return;
    this.#results.set(id, run.result);
  }

  #close(record: ResourceRecord): void {
    if (this.#open.delete(record) && this.#open.size === 0) this.#resolve();
  }
}
