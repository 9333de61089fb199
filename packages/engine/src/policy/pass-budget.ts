import type { BudgetState, Policy, Risk } from "@holdfast/core";
import type { ResourceRecord } from "../records/resource-record.ts";

/** What a budget works on. */
export interface PassBudgetOptions {
  readonly policy: () => Policy;
  /** Asks for a run of what waited to be counted. */
  readonly release: (record: ResourceRecord) => void;
}

/** The budget was exceeded. */
interface Stop {
  readonly count: number;
  readonly most: number;
}

/**
 * Counts the actions of one pass: what begins when something is asked for and ends when nothing is left to do. What a budget
 * is about waits until the rest of the pass is done, so that all of it is counted before the first of it is. When there is too
 * much, all of it stays stopped, until each is approved or another desired state comes.
 */
export class PassBudget {
  readonly #options: PassBudgetOptions;
  readonly #counting = new Map<ResourceRecord, Risk>();
  /** They may go: all of the pass was counted. */
  readonly #released = new Map<ResourceRecord, Risk>();
  readonly #stopped = new Map<ResourceRecord, Risk>();
  readonly #stops = new Map<Risk, Stop>();

  constructor(options: PassBudgetOptions) {
    this.#options = options;
  }

  /** Counts an action, and tells whether it may go. */
  ask(record: ResourceRecord, risk: Risk): BudgetState {
    const stop = this.#stopped.get(record) === risk ? this.#stops.get(risk) : undefined;
    if (stop !== undefined) return { type: "exceeded", ...stop };
    if (this.#released.get(record) === risk) return { type: "within" };
    this.#counting.set(record, risk);
    return { type: "counting" };
  }

  /** Nothing else is left to do. Judges what was counted; false when there was nothing, and the pass is over. */
  settle(): boolean {
    this.#forgetSettled();
    if (this.#counting.size === 0) {
      this.#released.clear();
      return false;
    }
    const counted = [...this.#counting];
    this.#counting.clear();
    for (const risk of new Set(counted.map(([, one]) => one))) this.#judge(risk, counted);
    for (const [record] of counted) this.#options.release(record);
    return true;
  }

  /** Another desired state: what was stopped is counted anew. */
  reset(): void {
    for (const some of [this.#counting, this.#released, this.#stopped]) some.clear();
    this.#stops.clear();
  }

  #judge(risk: Risk, counted: readonly (readonly [ResourceRecord, Risk])[]): void {
    const these = counted.filter(([, one]) => one === risk);
    const count = these.length + sizeOf(this.#released, risk) + sizeOf(this.#stopped, risk);
    const { budget } = this.#options.policy();
    const most = risk === "benign" ? undefined : budget[risk];
    const isExceeded = most !== undefined && count > most;
    if (isExceeded) this.#stops.set(risk, { count, most });
    const into = isExceeded ? this.#stopped : this.#released;
    for (const [record] of these) into.set(record, risk);
  }

  /** What does not wait for it any more was approved, repaired or is gone. */
  #forgetSettled(): void {
    for (const record of this.#stopped.keys()) {
      const { status, isRemoved } = record;
      const isWaiting = status.type === "Waiting" && status.for === "budget";
      if (isRemoved || !isWaiting) this.#stopped.delete(record);
    }
  }
}

function sizeOf(records: ReadonlyMap<ResourceRecord, Risk>, risk: Risk): number {
  return [...records.values()].filter((one) => one === risk).length;
}
