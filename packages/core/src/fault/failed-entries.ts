import { Fault, toFault } from "./fault.ts";

/** So many are named. */
const SHOWN_ENTRIES = 3;

/**
 * What failed of a work on many entries, which goes on with the others all the same: the first few by name, and how many, so
 * that it ends as one fault.
 */
export class FailedEntries {
  readonly #first: { readonly path: string; readonly fault: Fault }[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(path: string, thrown: unknown): void {
    this.#count += 1;
    if (this.#first.length < SHOWN_ENTRIES) this.#first.push({ path, fault: toFault(thrown) });
  }

  /** `doing` completes "cannot …". `undefined` where nothing failed; a single fault is itself. */
  fault(doing: string): Fault | undefined {
    const [first] = this.#first;
    if (first === undefined || this.#count === 1) return first?.fault;
    const { reason, message, resolution, retry } = first.fault;
    return new Fault({
      reason,
      message: `cannot ${doing}: ${this.#count} entries failed, ${this.names()}; ${message}`,
      resolution,
      retry,
      cause: first.fault,
    });
  }

  /** The first few with their reasons, and how many more. */
  names(): string {
    const shown = this.#first.map(({ path, fault }) => `${path} (${fault.reason})`).join(", ");
    const more = this.#count - this.#first.length;
    return more === 0 ? shown : `${shown} and ${more} more`;
  }
}
