/** The end of a stream, kept up to a bound; what came before is dropped. Its memory is the bound, however it comes. */
export class KeptOutput {
  readonly #maxBytes: number;
  #ring: Uint8Array | undefined;
  #seenBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isTruncated(): boolean {
    return this.#seenBytes > this.#maxBytes;
  }

  add(chunk: Uint8Array): void {
    const dropped = Math.max(0, chunk.byteLength - this.#maxBytes);
    this.#seenBytes += dropped;
    let rest = chunk.subarray(dropped);
    // Made on first need: most commands write nothing to one of the two.
    const ring = (this.#ring ??= new Uint8Array(this.#maxBytes));
    while (rest.byteLength > 0) {
      const at = this.#seenBytes % this.#maxBytes;
      const piece = rest.subarray(0, this.#maxBytes - at);
      ring.set(piece, at);
      this.#seenBytes += piece.byteLength;
      rest = rest.subarray(piece.byteLength);
    }
  }

  /** The text; a character that the bound cut in two is left out, other bytes that are not UTF-8 become U+FFFD. */
  text(): string {
    const ring = this.#ring ?? new Uint8Array();
    if (!this.isTruncated) return decode(ring.subarray(0, this.#seenBytes));
    const at = this.#seenBytes % this.#maxBytes;
    return decode(withoutHalfCharacter(Buffer.concat([ring.subarray(at), ring.subarray(0, at)])));
  }
}

/** A character of UTF-8 has at most three bytes after its first. */
function withoutHalfCharacter(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
