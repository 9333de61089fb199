import { parseAccountId } from "../accounts/account-id.ts";
import { parseColonLine } from "./colon-fields.ts";
import type { LineFormat } from "./text-table.ts";

/** One line of passwd(5). */
export interface PasswdEntry {
  readonly name: string;
  /** `x`: the hash is in /etc/shadow. */
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  /** Empty: /bin/sh. */
  readonly shell: string;
}

/** /etc/passwd. */
export const passwdFormat: LineFormat<PasswdEntry> = {
  counts: "first",
  carriageReturn: "field",
  keyOf: ({ name }) => name,
  print: ({ name, password, uid, gid, comment, home, shell }) =>
    [name, password, uid, gid, comment, home, shell].join(":"),
  parse: (text) => parseColonLine(text, 7, parseFields),
};

function parseFields(fields: readonly string[]): PasswdEntry | string {
  const [name = "", password = "", uidText, gidText, comment = "", home = "", shell = ""] = fields;
  const uid = parseAccountId(uidText);
  const gid = parseAccountId(gidText);
  if (uid === undefined) return "has no number where the user id belongs";
  if (gid === undefined) return "has no number where the group id belongs";
  return { name, password, uid, gid, comment, home, shell };
}
