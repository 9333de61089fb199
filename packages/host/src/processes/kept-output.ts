/** The beginning of a stream, kept up to a bound; the rest is counted and dropped. */
export class KeptOutput {
  readonly #maxBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #keptBytes = 0;
  #isTruncated = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isTruncated(): boolean {
    return this.#isTruncated;
  }

  add(chunk: Uint8Array): void {
    const roomBytes = this.#maxBytes - this.#keptBytes;
    if (chunk.byteLength > roomBytes) this.#isTruncated = true;
    if (roomBytes === 0) return;
    const kept = chunk.subarray(0, roomBytes);
    this.#chunks.push(kept);
    this.#keptBytes += kept.byteLength;
  }

  /** The text; a character that the bound cut in two is left out, other bytes that are not UTF-8 become U+FFFD. */
  text(): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat(this.#chunks), {
      stream: this.#isTruncated,
    });
  }
}
