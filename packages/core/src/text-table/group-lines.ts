import { parseAccountId } from "../accounts/account-id.ts";
import { parseColonLine, parseNames } from "./colon-fields.ts";
import type { LineFormat } from "./text-table.ts";

/** One line of group(5). */
export interface GroupEntry {
  readonly name: string;
  readonly password: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** One line of gshadow(5). */
export interface GroupShadowEntry {
  readonly name: string;
  readonly password: string;
  readonly administrators: readonly string[];
  readonly members: readonly string[];
}

/** /etc/group. */
export const groupFormat: LineFormat<GroupEntry> = {
  counts: "first",
  carriageReturn: "field",
  keyOf: ({ name }) => name,
  print: ({ name, password, gid, members }) => [name, password, gid, members.join(",")].join(":"),
  parse: (text) => parseColonLine(text, 4, parseGroup),
};

/** /etc/gshadow. */
export const groupShadowFormat: LineFormat<GroupShadowEntry> = {
  counts: "first",
  carriageReturn: "field",
  keyOf: ({ name }) => name,
  print: ({ name, password, administrators, members }) =>
    [name, password, administrators.join(","), members.join(",")].join(":"),
  parse: (text) =>
    parseColonLine(text, 4, ([name = "", password = "", administrators, members]) => ({
      name,
      password,
      administrators: parseNames(administrators),
      members: parseNames(members),
    })),
};

function parseGroup(fields: readonly string[]): GroupEntry | string {
  const [name = "", password = "", gidText, members] = fields;
  const gid = parseAccountId(gidText);
  if (gid === undefined) return "has no number where the group id belongs";
  return { name, password, gid, members: parseNames(members) };
}
