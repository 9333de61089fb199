import type { Clock } from "@holdfast/core";
import type { Pass } from "../walk/pass.ts";

/** A directory that was renamed away is noticed this much later at the latest by writes that overlap. */
const SHARED_MS = 20;

/**
 * Lets writes that overlap share one pass, so that a burst into one directory walks to it a few times and not once
 * for each file. Reads never share: what they say must be of now.
 */
export class WritePasses {
  readonly #clock: Clock;
  readonly #open: () => Pass;
  #current: SharedPass | undefined;

  constructor(clock: Clock, open: () => Pass) {
    this.#clock = clock;
    this.#open = open;
  }

  /** A pass until the lease is disposed; with `isFresh` one that nobody used before. @throws {Fault} as `Pass.open`. */
  lease(isFresh: boolean): PassLease {
    const nowMs = this.#clock.monotonicMs();
    if (isFresh) this.supersede();
    let shared = this.#current;
    const isShared = shared !== undefined && nowMs - shared.openedAtMs < SHARED_MS;
    if (shared === undefined || !isShared) {
      shared = { pass: this.#open(), openedAtMs: nowMs, users: 0 };
      this.#current = shared;
    }
    return this.#leaseOf(shared, isShared);
  }

  /** Writes that begin from now on walk anew: a directory was removed or replaced. */
  supersede(): void {
    this.#current = undefined;
  }

  #leaseOf(shared: SharedPass, isShared: boolean): PassLease {
    shared.users += 1;
    return {
      pass: shared.pass,
      isShared,
      [Symbol.dispose]: () => {
        shared.users -= 1;
        if (shared.users > 0) return;
        if (this.#current === shared) this.#current = undefined;
        shared.pass[Symbol.dispose]();
      },
    };
  }
}

/** The right to use a pass until disposal. */
export interface PassLease extends Disposable {
  readonly pass: Pass;
  /** True when others may have walked it before. */
  readonly isShared: boolean;
}

interface SharedPass {
  readonly pass: Pass;
  readonly openedAtMs: number;
  users: number;
}
