import { REDACTED } from "../secret/secret.ts";

/** What a settable hash of a password is, to complete "a password is …". */
export const PASSWORD_HASH_RULE =
  "a hash as crypt(5) makes it, such as $y$…, or * for none that matches";

/** `$id$…` of crypt(5), or one of its two old forms. */
const HASH =
  /^(?:\$[A-Za-z0-9]{1,16}\$[\x21-\x39\x3b-\x7e]{1,500}|_[./0-9A-Za-z]{19}|[./0-9A-Za-z]{13})$/;

/**
 * What stands behind the lock in the password field of shadow(5). It is compared and written, never shown: whatever turns
 * it into text gets `‹secret›`.
 */
export class PasswordHash {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Some password matches it. */
  get isHash(): boolean {
    return HASH.test(this.#text);
  }

  /** It can be set: it is a hash, or `*`. A plain password is not, nor is a text with a colon or a line break. */
  get isSettable(): boolean {
    return this.isHash || this.#text === "*";
  }

  equals(other: PasswordHash | undefined): boolean {
    return other !== undefined && other.#text === this.#text;
  }

  /** The field as shadow(5) has it. Called only where it is given to the program that writes it. */
  shadowField(isLocked: boolean): string {
    return (isLocked ? "!" : "") + this.#text;
  }

  /** A text of others without this hash. */
  redactIn(text: string): string {
    return this.#text === "" ? text : text.replaceAll(this.#text, REDACTED);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }
}
