/**
 * A set of small integers that gives its smallest member quickly: a tree of 32-bit words in which a bit says that the
 * word below is not empty. Adding and taking cost one step per level, that is log32 of the capacity: three levels
 * serve 32,768 members, four a million.
 */
export class ReadySet {
  readonly #levels: Uint32Array[] = [];

  constructor(capacity: number) {
    let words = capacity;
    do {
      words = Math.ceil(words / 32) || 1;
      this.#levels.push(new Uint32Array(words));
    } while (words > 1);
  }

  add(member: number): void {
    let position = member;
    for (const level of this.#levels) {
      const word = position >>> 5;
      const before = level[word] ?? 0;
      level[word] = before | (1 << (position & 31));
      if (before !== 0) return;
      position = word;
    }
  }

  /** Removes and returns the smallest member; -1 when there is none. */
  takeSmallest(): number {
    const levels = this.#levels;
    let position = 0;
    for (let depth = levels.length - 1; depth >= 0; depth--) {
      const word = levels[depth]?.[position] ?? 0;
      if (word === 0) return -1;
      position = position * 32 + (31 - Math.clz32(word & -word));
    }
    this.#remove(position);
    return position;
  }

  #remove(member: number): void {
    let position = member;
    for (const level of this.#levels) {
      const word = position >>> 5;
      const after = (level[word] ?? 0) & ~(1 << (position & 31));
      level[word] = after;
      if (after !== 0) return;
      position = word;
    }
  }
}
