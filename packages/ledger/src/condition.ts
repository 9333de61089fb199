import type { Fault } from "@holdfast/core";

/** What can be wrong with a ledger, the worst first: records are refused; keys may be missing; it only grows. */
type Problem = "refused" | "unknown keys" | "growing";

const WORST_FIRST: readonly Problem[] = ["refused", "unknown keys", "growing"];

/** The problems of a ledger, and the listeners for them. */
export class LedgerCondition {
  readonly #faults = new Map<Problem, Fault>();
  readonly #listeners = new Set<() => void>();

  /** The worst; `undefined` while all is well. */
  get current(): Fault | undefined {
    const worst = WORST_FIRST.find((problem) => this.#faults.has(problem));
    return worst === undefined ? undefined : this.#faults.get(worst);
  }

  /** Whether records are refused. */
  get isRefusing(): boolean {
    return this.#faults.has("refused");
  }

  /** Sets one problem, or clears it (`undefined`). */
  set(problem: Problem, fault: Fault | undefined): void {
    const before = this.current?.message;
    if (fault === undefined) this.#faults.delete(problem);
    else this.#faults.set(problem, fault);
    if (this.current?.message === before) return;
    for (const listener of this.#listeners) listener();
  }

  /** Calls back when another problem is the worst, or none is left, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
