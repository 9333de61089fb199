import { entriesOf, groupFormat, parseTable, passwdFormat } from "@holdfast/core";
import { firstByName } from "./local/first-by-name.ts";

/** A user of the host's root, as passwd(5) has it. */
export interface UserEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** A group of the host's root, as group(5) has it. */
export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
}

/** The entries of a passwd(5) file by name; the first of a name counts, as for the C library. */
export function parseUsers(text: string): ReadonlyMap<string, UserEntry> {
  const entries = entriesOf(parseTable(text, passwdFormat));
  return firstByName(entries.map(({ name, uid, gid, home }) => ({ name, uid, gid, home })));
}

/** The entries of a group(5) file by name. */
export function parseGroups(text: string): ReadonlyMap<string, GroupEntry> {
  const entries = entriesOf(parseTable(text, groupFormat));
  return firstByName(entries.map(({ name, gid }) => ({ name, gid })));
}
