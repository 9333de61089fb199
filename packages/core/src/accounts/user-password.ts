import { Secret } from "../secret/secret.ts";
import type { UserPassword } from "./local-user.ts";

/** What a hash of a password is, to complete "a password is …". */
export const PASSWORD_HASH_RULE =
  "a hash as crypt(5) makes it, such as $y$…, or * for none that matches";

/** `$id$…` of crypt(5), or one of its two old forms. */
const HASH =
  /^(?:\$[A-Za-z0-9]{1,16}\$[\x21-\x39\x3b-\x7e]{1,500}|_[./0-9A-Za-z]{19}|[./0-9A-Za-z]{13})$/;

/** Reads the password field of shadow(5). */
export function parseUserPassword(field: string): UserPassword {
  const behind = field.replace(/^!+/, "");
  const isLocked = behind !== field;
  if (behind === "") return { isLocked, form: "none", hash: undefined };
  const form = HASH.test(behind) ? "hash" : "disabled";
  return { isLocked, form, hash: new Secret(behind) };
}

/** Tells whether a text can be put where a hash belongs. A plain password cannot, nor can a line break. */
export function isPasswordHash(text: string): boolean {
  return text === "*" || HASH.test(text);
}
