import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { Buffer } from "node:buffer";
import { assert } from "@holdfast/core";
import { sshString } from "../bytes/ssh-wire.ts";
import { keyOfBlob, type PublicKey } from "./public-key.ts";
import type { KeySignature, Signer } from "./signer.ts";

const PEM = /^-----BEGIN PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+\n-----END PRIVATE KEY-----\n?$/;

/** An Ed25519 key that signs. It cannot be printed; `pem` alone gives it out. */
export class PrivateKey implements Signer {
  readonly public: PublicKey;
  readonly #key: KeyObject;

  private constructor(key: KeyObject, comment: string) {
    this.#key = key;
    this.public = publicOf(key, comment);
  }

  /** A new key, from the randomness of the machine. */
  static generate(comment = ""): PrivateKey {
    return new PrivateKey(generateKeyPairSync("ed25519").privateKey, comment);
  }

  /** Reads an unencrypted PKCS#8 file as `pem` writes it. `undefined` when it is none, or no Ed25519 key. */
  static parse(text: string, comment = ""): PrivateKey | undefined {
    if (!PEM.test(text)) return undefined;
    try {
      const key = createPrivateKey({ key: text, format: "pem", type: "pkcs8" });
      return key.asymmetricKeyType === "ed25519" ? new PrivateKey(key, comment) : undefined;
    } catch {
      // What OpenSSL says of it could quote it.
      return undefined;
    }
  }

  /** The key itself, PKCS#8 in PEM: for a file that only its owner reads. */
  pem(): string {
    return this.#key.export({ type: "pkcs8", format: "pem" }).toString();
  }

  sign(message: Uint8Array): Promise<KeySignature> {
    return Promise.resolve({ keyId: this.public.id, signature: sign(null, message, this.#key) });
  }
}

function publicOf(key: KeyObject, comment: string): PublicKey {
  const { x } = key.export({ format: "jwk" });
  assert(x !== undefined, "an Ed25519 key has a public half");
  const point = Buffer.from(x, "base64url");
  const blob = Buffer.concat([sshString("ssh-ed25519"), sshString(point)]);
  const found = keyOfBlob(blob, comment);
  assert(found !== undefined, "the public half of a key is a key");
  return found;
}
