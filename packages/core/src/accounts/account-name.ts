/** What the name of a new user or group may be, to complete "a name is …". */
export const ACCOUNT_NAME_RULE =
  "a lower-case letter or _, then lower-case letters, digits, _ and -, at most 32 in all, of which the last may be $";

/** As useradd(8) of Debian recommends it; the programs themselves take `Foo.Bar` and `123`. */
const NAME = /^[a-z_](?:[a-z0-9_-]{0,31}|[a-z0-9_-]{0,30}\$)$/;

/** Tells whether a new user or group may have this name. */
export function isAccountName(name: string): boolean {
  return NAME.test(name);
}
