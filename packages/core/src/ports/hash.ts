/** A hash is a port: core and kinds import no crypto. */
export interface Hash {
  /** SHA-256 of the bytes, or of the text's UTF-8, as lower-case hex. */
  sha256(data: Uint8Array | string): string;
}
