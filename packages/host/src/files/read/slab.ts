import type { ByteRange } from "../calls.ts";

const SLAB_BYTES = 64 * 1024;

/**
 * Memory that many short files are read into one after another, so that 2,000 files of 200 bytes cost a few
 * allocations. What is not kept is overwritten by the next file.
 */
export class Slab {
  #memory = new Uint8Array(0);
  #used = 0;

  /**
   * Reads to the end through `read`, expecting `sizeBytes`; the result is valid until the next call unless kept.
   * `undefined` when there is more than `maxBytes`.
   */
  fill(
    sizeBytes: number,
    maxBytes: number,
    read: (into: Uint8Array, range: ByteRange) => number,
  ): Uint8Array | undefined {
    this.#reserve(sizeBytes + 1);
    let filled = 0;
    for (;;) {
      const room = this.#memory.length - this.#used - filled;
      const count = read(this.#memory, {
        offset: this.#used + filled,
        length: room,
        position: filled,
      });
      filled += count;
      if (filled > maxBytes) return undefined;
      const isAll = count === 0 || (filled === sizeBytes && filled > 0);
      if (isAll) return this.#memory.subarray(this.#used, this.#used + filled);
      if (filled === this.#memory.length - this.#used) this.#grow(filled);
    }
  }

  /** Keeps the last `lengthBytes` that were filled: they are not overwritten. */
  keep(lengthBytes: number): void {
    this.#used += lengthBytes;
  }

  #reserve(bytes: number): void {
    if (this.#memory.length - this.#used >= bytes) return;
    this.#memory = new Uint8Array(Math.max(SLAB_BYTES, bytes));
    this.#used = 0;
  }

  #grow(filled: number): void {
    const larger = new Uint8Array(Math.max(SLAB_BYTES, filled * 2));
    larger.set(this.#memory.subarray(this.#used, this.#used + filled));
    this.#memory = larger;
    this.#used = 0;
  }
}
