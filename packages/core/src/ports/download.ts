/** Fetches content over HTTP(S). */
export interface Downloads {
  /**
   * The whole body.
   * @throws {Fault} ContentUnavailable, ContentTooLarge, Aborted.
   */
  fetch(
    request: { readonly url: string; readonly maxBytes: number; readonly timeoutMs: number },
    signal: AbortSignal,
  ): Promise<Uint8Array>;
}
