import type { UserPassword } from "./local-user.ts";
import { PasswordHash } from "./password-hash.ts";

/** Reads the password field of shadow(5). */
export function parseUserPassword(field: string): UserPassword {
  const behind = field.replace(/^!+/, "");
  const isLocked = behind !== field;
  if (behind === "") return { isLocked, form: "none", hash: undefined };
  const hash = new PasswordHash(behind);
  return { isLocked, form: hash.isHash ? "hash" : "disabled", hash };
}
