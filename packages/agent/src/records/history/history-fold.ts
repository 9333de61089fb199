import type { HistoryEntry } from "./history-entry.ts";

/**
 * The newest entries of a history, in the order in which each happened last. The same failure of a resource again and again is one
 * entry, until something else happens to it. It holds no more than its limit.
 */
export class HistoryFold {
  readonly #limit: number;
  readonly #entries = new Map<number, HistoryEntry>();
  /** The failure of each resource that is its newest entry. */
  readonly #failures = new Map<string, number>();
  #next = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#entries.size >= this.#limit;
  }

  /** Adds an entry that is newer than all before it. */
  add(entry: HistoryEntry): void {
    const { id, type } = entry;
    const failed = this.#failures.get(id);
    // Who did it is found out at any time later: it ends nothing.
    if (type !== "attributed") this.#failures.delete(id);
    const before = failed === undefined ? undefined : this.#entries.get(failed);
    const isAgain = before !== undefined && isSameFailure(before, entry);
    if (isAgain && failed !== undefined) this.#entries.delete(failed);
    const position = this.#next++;
    this.#entries.set(position, isAgain ? joined(before, entry) : entry);
    if (type === "failed") this.#failures.set(id, position);
    this.#trim();
  }

  list(): readonly HistoryEntry[] {
    return [...this.#entries.values()];
  }

  #trim(): void {
    if (this.#entries.size <= this.#limit) return;
    const [oldest] = this.#entries;
    if (oldest === undefined) return;
    const [position, { id }] = oldest;
    this.#entries.delete(position);
    if (this.#failures.get(id) === position) this.#failures.delete(id);
  }
}

function isSameFailure(before: HistoryEntry, after: HistoryEntry): boolean {
  if (before.type !== "failed" || after.type !== "failed" || after.cause === "operator")
    return false;
  const said = ({ fault }: HistoryEntry): string => JSON.stringify(fault ?? null);
  return before.cause !== "operator" && said(before) === said(after);
}

function joined(before: HistoryEntry, after: HistoryEntry): HistoryEntry {
  const times = (before.times ?? 1) + (after.times ?? 1);
  return { ...after, at: before.at, times, lastAt: after.lastAt ?? after.at };
}
