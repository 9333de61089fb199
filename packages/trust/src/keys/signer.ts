import type { KeyId } from "./public-key.ts";

/** A signature, and whose it is. */
export interface KeySignature {
  readonly keyId: KeyId;
  /** 64 bytes of Ed25519, or a signature of `ssh-keygen -Y sign` in its binary form (SSHSIG). */
  readonly signature: Uint8Array;
}

/** What signs: a key in a file, in an ssh-agent, or in a security key that waits for a touch. */
export interface Signer {
  /** @throws {Fault} SigningKeyUnavailable, or what the program that signs is refused with; Aborted. */
  sign(message: Uint8Array, signal: AbortSignal): Promise<KeySignature>;
}
