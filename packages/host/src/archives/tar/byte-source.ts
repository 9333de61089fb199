import { invalidArchive } from "../archive-faults.ts";

/** Bytes that come in chunks, taken in the lengths that a format has. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /**
   * So many bytes in one piece; `undefined` when it ends just here.
   * @throws {Fault} ArchiveInvalid, when it ends within them.
   */
  async take(length: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(length);
    let at = 0;
    for await (const slice of this.slices(length, "may end")) {
      bytes.set(slice, at);
      at += slice.length;
    }
    if (at === length) return bytes;
    if (at === 0) return undefined;
    throw cutOff();
  }

  /**
   * So many bytes as they come.
   * @throws {Fault} ArchiveInvalid, when it ends before, unless it may.
   */
  async *slices(
    length: number,
    end: "is an error" | "may end" = "is an error",
  ): AsyncGenerator<Uint8Array, void> {
    for (let left = length; left > 0; ) {
      const next = await this.#next();
      if (next === undefined && end === "may end") return;
      if (next === undefined) throw cutOff();
      const slice = next.subarray(0, left);
      this.#rest = next.subarray(slice.length);
      left -= slice.length;
      yield slice;
    }
  }

  async skip(length: number): Promise<void> {
    for await (const slice of this.slices(length)) void slice;
  }

  /** Reads whatever is left, so that what checks itself at its end has done so. */
  async drain(): Promise<void> {
    this.#rest = new Uint8Array();
    while ((await this.#next()) !== undefined) this.#rest = new Uint8Array();
  }

  /** Lets go of where the bytes come from. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #next(): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return undefined;
      this.#rest = next.value;
    }
    return this.#rest;
  }
}

function cutOff(): Error {
  return invalidArchive("it is cut off");
}
