/** How often something may happen. */
export interface Rate {
  /** Tokens that come back each second; `Infinity` means no limit. */
  readonly perSecond: number;
  /** Tokens at most, and at first. At least 1. */
  readonly burst: number;
}

/** Limits applies of one resource (D5): asking is free, only an apply spends. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledAtMs: number;

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAtMs = nowMs;
  }

  /** When a token is there; `undefined` when one is there now. */
  availableAt(nowMs: number): number | undefined {
    this.#fill(nowMs);
    if (this.#tokens >= 1 || this.#rate.perSecond === Number.POSITIVE_INFINITY) return undefined;
    return nowMs + Math.ceil(((1 - this.#tokens) * 1_000) / this.#rate.perSecond);
  }

  /** Takes a token. Those who may not wait take one on credit, never below none. */
  spend(nowMs: number): void {
    this.#fill(nowMs);
    this.#tokens = Math.max(0, this.#tokens - 1);
  }

  #fill(nowMs: number): void {
    const { perSecond, burst } = this.#rate;
    const gained = ((nowMs - this.#filledAtMs) * perSecond) / 1_000;
    this.#tokens = Math.min(burst, this.#tokens + gained);
    this.#filledAtMs = nowMs;
  }
}
