import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

/** A key is so many random bytes, written as base64. */
const KEY_BYTES = 32;
const KEY_TEXT = /^[A-Za-z0-9+/]{43}=$/;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = "aes-256-gcm";

/** An encrypted value. */
const TOKEN = /^ENC\[AES256:([A-Za-z0-9+/]+={0,2})\]$/;
/** What means to be one, right or wrong. */
const TOKEN_LIKE = /^\s*ENC\[/;

/** Why a value could not be decrypted. */
export type DecryptFailure = "form" | "tag" | "text";

/**
 * The key of a secrets file. Values are encrypted with AES-256-GCM under a random nonce of 96 bits; the path of a value
 * is authenticated with it, so that two values cannot change places. Encryption and digests use keys of their own,
 * derived by HKDF-SHA-256.
 */
export class SecretsKey {
  readonly #encryption: Buffer;
  readonly #digest: Buffer;

  private constructor(bytes: Buffer) {
    this.#encryption = derive(bytes, "holdfast secrets 1 encryption");
    this.#digest = derive(bytes, "holdfast secrets 1 digest");
  }

  /** Reads a key as `generate` wrote it, blanks around it apart. `undefined` when it is none. */
  static parse(text: string): SecretsKey | undefined {
    const trimmed = text.trim();
    if (!KEY_TEXT.test(trimmed)) return undefined;
    const bytes = Buffer.from(trimmed, "base64");
    return bytes.length === KEY_BYTES ? new SecretsKey(bytes) : undefined;
  }

  /** A new key as text. */
  static generate(): string {
    return randomBytes(KEY_BYTES).toString("base64");
  }

  /** Encrypts the value of a path. The same value is another text each time. */
  encrypt(path: string, text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#encryption, nonce).setAAD(boundTo(path));
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return `ENC[AES256:${Buffer.concat([nonce, body, cipher.getAuthTag()]).toString("base64")}]`;
  }

  /**
   * Decrypts what `encrypt` made for the same path. `form`: it is no such text; `tag`: made with another key, for
   * another path, or changed since; `text`: what was encrypted is no Unicode.
   */
  decrypt(
    path: string,
    token: string,
  ): { readonly text: string } | { readonly failure: DecryptFailure } {
    const encoded = TOKEN.exec(token)?.[1];
    if (encoded === undefined) return { failure: "form" };
    const bytes = Buffer.from(encoded, "base64");
    const isCanonical = bytes.toString("base64") === encoded;
    if (!isCanonical || bytes.length < NONCE_BYTES + TAG_BYTES) return { failure: "form" };
    const plain = this.#decipher(boundTo(path), bytes);
    if (plain === undefined) return { failure: "tag" };
    try {
      return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plain) };
    } catch {
      // The decoder's own error would quote nothing, and says nothing more.
      return { failure: "text" };
    }
  }

  /** Encrypts bytes that are no value of a secrets file. The same bytes are others each time. */
  seal(bytes: Uint8Array): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#encryption, nonce).setAAD(SEALED);
    return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }

  /** What `seal` made of; `undefined` when it was made with another key, or changed since. */
  unseal(sealed: Uint8Array): Uint8Array | undefined {
    return sealed.length < NONCE_BYTES + TAG_BYTES ? undefined : this.#decipher(SEALED, sealed);
  }

  /** HMAC-SHA-256 of a text, lower-case hex. */
  digest(text: string): string {
    return createHmac("sha256", this.#digest).update(text).digest("hex");
  }

  #decipher(bound: Buffer, bytes: Uint8Array): Buffer | undefined {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv(CIPHER, this.#encryption, nonce, options)
      .setAAD(bound)
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    const plain = decipher.update(body);
    try {
      return Buffer.concat([plain, decipher.final()]);
    } catch {
      // Node says only that it could not authenticate.
      return undefined;
    }
  }
}

/** Tells whether a value is encrypted, or means to be. */
export function isToken(text: string): boolean {
  return TOKEN_LIKE.test(text);
}

/** Tells whether a value has the form of an encrypted one, whatever is in it. */
export function hasTokenForm(text: string): boolean {
  return TOKEN.test(text);
}

/** No path of a value has these words. */
const SEALED = Buffer.from("holdfast sealed 1");

function boundTo(path: string): Buffer {
  return Buffer.from(`holdfast secrets 1\0${path}`);
}

function derive(bytes: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", bytes, "", purpose, KEY_BYTES));
}
