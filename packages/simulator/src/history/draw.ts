import { assert, type Random } from "@holdfast/core";

/** Draws out of one seed. */
export class Draw {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** An integer from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.#random.next() * end);
  }

  /** An integer from `from` to `to`, both possible. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#random.next() < probability;
  }

  one<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    assert(chosen !== undefined, "a choice needs choices");
    return chosen;
  }

  /** One of the values, each as likely as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    let total = 0;
    for (const [weight] of choices) total += weight;
    let left = this.#random.next() * total;
    for (const [weight, value] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    return this.one(choices)[1];
  }

  /** Some of the values, in their order, each with this probability. */
  some<T>(values: readonly T[], probability: number): readonly T[] {
    return values.filter(() => this.chance(probability));
  }
}
