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
}
