/** Bytes that are added to and cut, without copying all of them each time. */
export class GrowingBytes {
  #bytes: Uint8Array<ArrayBuffer>;
  #sizeBytes: number;

  constructor(content: Uint8Array = new Uint8Array()) {
    this.#bytes = new Uint8Array(content);
    this.#sizeBytes = content.length;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** A copy. */
  get content(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#sizeBytes);
  }

  /** A copy of a part; shorter at the end. */
  part(fromBytes: number, lengthBytes: number): Uint8Array {
    return this.#bytes.slice(fromBytes, Math.min(fromBytes + lengthBytes, this.#sizeBytes));
  }

  /** Puts bytes at a place; what is missing before it is zero. */
  put(atBytes: number, bytes: Uint8Array): void {
    const end = atBytes + bytes.length;
    if (end > this.#bytes.length) {
      const longer = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      longer.set(this.#bytes.subarray(0, this.#sizeBytes));
      this.#bytes = longer;
    }
    this.#bytes.set(bytes, atBytes);
    this.#sizeBytes = Math.max(this.#sizeBytes, end);
  }

  cut(sizeBytes: number): void {
    if (sizeBytes >= this.#sizeBytes) return;
    this.#bytes.fill(0, sizeBytes, this.#sizeBytes);
    this.#sizeBytes = sizeBytes;
  }
}
