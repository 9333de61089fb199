import type { Secret } from "../secret/secret.ts";

/** The secrets of one desired state, decrypted in memory. It never changes: a reload opens another one. */
export interface Secrets {
  /** For people: the file they come from. */
  readonly describe: string;
  /** By path; none is empty. */
  readonly all: ReadonlyMap<string, Secret>;
  /**
   * A digest of a text that says nothing to who lacks the key of the secrets: HMAC-SHA-256 under a key derived from it,
   * lower-case hex.
   */
  digest(text: string): string;
  /** Encrypts bytes that may hold a secret, under a key derived from that of the secrets. */
  seal(bytes: Uint8Array): Uint8Array;
  /** What was sealed; `undefined` when it was with another key, or is damaged. */
  unseal(sealed: Uint8Array): Uint8Array | undefined;
}
