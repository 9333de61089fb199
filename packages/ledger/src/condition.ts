import type { Fault } from "@holdfast/core";

/** What can be wrong with a ledger, the worst first: records are refused; keys may be missing; it only grows. */
type Trouble = "refused" | "unknown keys" | "growing";

const WORST_FIRST: readonly Trouble[] = ["refused", "unknown keys", "growing"];

/** What of a ledger is not as it should be, and who wants to know. */
export class LedgerCondition {
  readonly #faults = new Map<Trouble, Fault>();
  readonly #listeners = new Set<() => void>();

  /** The worst; `undefined` while all is well. */
  get current(): Fault | undefined {
    const worst = WORST_FIRST.find((trouble) => this.#faults.has(trouble));
    return worst === undefined ? undefined : this.#faults.get(worst);
  }

  /** Whether records are refused. */
  get isRefusing(): boolean {
    return this.#faults.has("refused");
  }

  /** Sets one trouble, or takes it away (`undefined`). */
  set(trouble: Trouble, fault: Fault | undefined): void {
    const before = this.current?.message;
    if (fault === undefined) this.#faults.delete(trouble);
    else this.#faults.set(trouble, fault);
    if (this.current?.message === before) return;
    for (const listener of this.#listeners) listener();
  }

  /** Calls back when another trouble is the worst, or none is left, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
