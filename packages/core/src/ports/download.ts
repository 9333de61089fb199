/** Fetches content over HTTP(S). */
export interface Downloads {
  /**
   * The body in chunks, as it comes; nothing is asked for before the first is taken. The deadline is for the whole.
   * @throws {Fault} while they are taken: ContentUnavailable, ContentTooLarge, Aborted.
   */
  stream(
    request: { readonly url: string; readonly maxBytes: number; readonly timeoutMs: number },
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array>;
}
