import type { ResourceId, Result } from "@holdfast/core";
import type { Tracked } from "../reconcile/tracked.ts";

/** Everybody who waits for verdicts. */
export class Inquiries {
  readonly #open = new Set<Inquiry>();

  /** Asks at the engine's logical time `stamp`. */
  open(asked: Iterable<Tracked>, stamp: number): Inquiry {
    const inquiry = new Inquiry(asked, stamp);
    this.#open.add(inquiry);
    return inquiry;
  }

  /** Resolves when everything has a verdict, nobody waits any more, or there will be no more verdicts. */
  async answer(inquiry: Inquiry, signal: AbortSignal): Promise<void> {
    const onAbort = (): void => inquiry.giveUp();
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    await inquiry.answered;
    signal.removeEventListener("abort", onAbort);
    this.#open.delete(inquiry);
  }

  /** There will be no more verdicts. */
  giveUp(): void {
    for (const inquiry of this.#open) inquiry.giveUp();
  }

  /** A run has ended. */
  note(tracked: Tracked): void {
    for (const inquiry of this.#open) inquiry.note(tracked);
  }

  /** A resource is no longer declared. */
  forget(tracked: Tracked): void {
    for (const inquiry of this.#open) inquiry.forget(tracked);
  }
}

/**
 * Somebody asked for a look at resources and waits for a verdict of each: of a run that began after the question. What
 * leaves the graph meanwhile is not waited for.
 */
class Inquiry {
  /** Resolves when there is a verdict of everything that was asked for, or nobody waits for it any more. */
  readonly answered: Promise<void>;
  readonly #resolve: () => void;
  /** The engine's logical time of the question. */
  readonly #stamp: number;
  readonly #open: Set<Tracked>;
  readonly #results = new Map<ResourceId, Result>();

  constructor(asked: Iterable<Tracked>, stamp: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.answered = promise;
    this.#resolve = resolve;
    this.#stamp = stamp;
    this.#open = new Set(asked);
    if (this.#open.size === 0) resolve();
  }

  /** A run has ended. */
  note(tracked: Tracked): void {
    const { id, lastRun, lastNews } = tracked;
    if (lastRun === undefined || lastRun.hints.stamp < this.#stamp) return;
    const known = this.#results.get(id);
    const latest = lastRun.result ?? lastNews?.result;
    // What was changed since the question counts as changed although a later look found it in sync.
    const keeps = known?.status === "changed" && latest?.status === "ok";
    if (latest !== undefined && !keeps && (known !== undefined || this.#open.has(tracked))) {
      this.#results.set(id, latest);
    }
    this.#close(tracked);
  }

  giveUp(): void {
    this.#resolve();
  }

  /** It is no longer declared. */
  forget(tracked: Tracked): void {
    this.#results.delete(tracked.id);
    this.#close(tracked);
  }

  /** What is known so far of those in this order. */
  resultsOf(ordered: readonly Tracked[]): readonly Result[] {
    return ordered.flatMap(({ id }) => this.#results.get(id) ?? []);
  }

  #close(tracked: Tracked): void {
    if (this.#open.delete(tracked) && this.#open.size === 0) this.#resolve();
  }
}
