import type { KeptApproval, SpentNonce } from "../ports/kept/approvals.ts";

/** So many approvals wait to be used, */
const MOST_APPROVALS = 64;
/** with envelopes of so many characters together, */
const MOST_CHARACTERS = 4 * 1024 * 1024;
/** and so many are known to be used. */
const MOST_SPENT = 10_000;

/**
 * Which approvals were given and which were used: as the records of a ledger fold to it. No clock is asked, so that one that
 * is set back brings nothing back: what was used is known for good. Bounded: of too many, those that expire first go; then
 * all that expires until then counts as used.
 */
export class ApprovalMemory {
  readonly #given = new Map<string, KeptApproval>();
  /** When the approval of each expires. */
  readonly #spent = new Map<string, number>();
  #floorMs = 0;

  /** How many records it takes to say all of it, at most. */
  get size(): number {
    return this.#given.size + this.#spent.size + 1;
  }

  /** The approvals that are not used up. */
  given(): Iterable<KeptApproval> {
    return this.#given.values();
  }

  /** What was used, and when its approval expires. */
  *spent(): Iterable<SpentNonce> {
    for (const [nonce, expiresMs] of this.#spent) yield { nonce, expiresMs };
  }

  /** What expires by then counts as used. Wall clock, milliseconds since 1970. */
  get floorMs(): number {
    return this.#floorMs;
  }

  /** Folds an approval that was given. */
  approve(approval: KeptApproval): void {
    this.#given.set(approval.nonce, approval);
    this.#dropUsedUp(approval.nonce);
    while (this.#given.size > MOST_APPROVALS || this.#characters() > MOST_CHARACTERS) {
      const first = earliest([...this.#given.values()]);
      if (first !== undefined) this.#given.delete(first.nonce);
    }
  }

  /** Nobody knows what was used: what was given must be given anew. */
  dropGiven(): void {
    this.#given.clear();
  }

  /** Folds nonces that were used. */
  spend(spent: Iterable<SpentNonce>): void {
    for (const { nonce, expiresMs } of spent) {
      // Whoever signs may say one nonce again with another time: it is known as long as the longer one counts.
      this.#spent.set(nonce, Math.max(expiresMs, this.#spent.get(nonce) ?? 0));
      this.#dropUsedUp(nonce.slice(0, nonce.indexOf(".")));
    }
    // Half of what there may be goes at once: to search for the first each time would take long.
    if (this.#spent.size <= MOST_SPENT) return;
    const byEnd = [...this.spent()].toSorted((one, other) => one.expiresMs - other.expiresMs);
    const dropped = byEnd.slice(0, byEnd.length - MOST_SPENT / 2);
    for (const { nonce, expiresMs } of dropped) {
      this.#spent.delete(nonce);
      this.forgetUntil(expiresMs);
    }
  }

  /** Folds that what expires by then counts as used. */
  forgetUntil(floorMs: number): void {
    this.#floorMs = Math.max(this.#floorMs, floorMs);
  }

  /** Whether an action of an approval was begun. */
  isSpent({ nonce, expiresMs }: SpentNonce): boolean {
    return expiresMs <= this.#floorMs || this.#spent.has(nonce);
  }

  /** Takes what another memory of the same ledger knows to be used. */
  takeSpent(other: ApprovalMemory): void {
    this.forgetUntil(other.floorMs);
    this.spend(other.spent());
  }

  #dropUsedUp(nonce: string): void {
    const approval = this.#given.get(nonce);
    const isUsedUp = approval?.actions.every((_, at) => this.#spent.has(nonceOf(approval, at)));
    if (isUsedUp === true) this.#given.delete(nonce);
  }

  #characters(): number {
    return [...this.#given.values()].reduce((sum, { envelope = "" }) => sum + envelope.length, 0);
  }
}

/** The nonce of one action of an approval, by its position. */
export function nonceOf({ nonce }: Pick<KeptApproval, "nonce">, position: number): string {
  return `${nonce}.${position}`;
}

function earliest(approvals: readonly KeptApproval[]): KeptApproval | undefined {
  return approvals.toSorted((one, other) => one.expiresMs - other.expiresMs)[0];
}
