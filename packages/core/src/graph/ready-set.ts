/**
 * A set of small integers that gives its smallest member quickly: a tree of 32-bit words in which a bit says that the
 * word below is not empty. Adding and taking cost one step per level, that is log32 of the capacity: three levels
 * serve 32,768 members, four a million. A member that is alone, as in a chain, is held beside the tree and costs nothing.
 */
export class ReadySet {
  /** The words of the members; every further level says which words of the one below are not empty. */
  readonly #words: Uint32Array;
  readonly #levels: readonly Uint32Array[];
  /** Members in the tree. */
  #count = 0;
  /** A member that is not in the tree; -1 for none. */
  #held = -1;

  constructor(capacity: number) {
    const levels: Uint32Array[] = [];
    for (let count = Math.ceil(capacity / 32) || 1; ; count = Math.ceil(count / 32)) {
      levels.push(new Uint32Array(count));
      if (count === 1) break;
    }
    const [words = new Uint32Array(1), ...above] = levels;
    this.#words = words;
    this.#levels = above;
  }

  add(member: number): void {
    if (this.#held < 0) this.#held = member;
    else this.#insert(member);
  }

  /** Removes and returns the smallest member; -1 when there is none. */
  takeSmallest(): number {
    const held = this.#held;
    if (this.#count === 0) {
      this.#held = -1;
      return held;
    }
    const word = this.#smallestWord();
    const bits = this.#words[word] ?? 0;
    const smallest = word * 32 + (31 - Math.clz32(bits & -bits));
    if (held >= 0 && held < smallest) {
      this.#held = -1;
      return held;
    }
    this.#count -= 1;
    const left = bits & (bits - 1);
    this.#words[word] = left;
    if (left === 0) this.#clearAbove(word);
    return smallest;
  }

  #insert(member: number): void {
    this.#count += 1;
    const word = member >>> 5;
    const before = this.#words[word] ?? 0;
    this.#words[word] = before | (1 << (member & 31));
    if (before === 0) this.#markAbove(word);
  }

  #smallestWord(): number {
    let position = 0;
    for (let depth = this.#levels.length - 1; depth >= 0; depth--) {
      const word = this.#levels[depth]?.[position] ?? 0;
      position = position * 32 + (word === 0 ? 0 : 31 - Math.clz32(word & -word));
    }
    return position;
  }

  #markAbove(word: number): void {
    let position = word;
    for (const level of this.#levels) {
      const at = position >>> 5;
      const before = level[at] ?? 0;
      level[at] = before | (1 << (position & 31));
      if (before !== 0) return;
      position = at;
    }
  }

  #clearAbove(word: number): void {
    let position = word;
    for (const level of this.#levels) {
      const at = position >>> 5;
      const after = (level[at] ?? 0) & ~(1 << (position & 31));
      level[at] = after;
      if (after !== 0) return;
      position = at;
    }
  }
}
